import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Session } from '../../packages/services/src/sts/session.ts';
import { issueSession } from '../../packages/services/src/sts/session-token.ts';
import {
  createSealing,
  type DataKey,
  sealingPurposes,
  unwrapDataKey,
} from '../../packages/store/src/sealing.ts';
import type { Credentials } from '../started-server.ts';

/** Makes sessions as a server itself would, also those that no operation gives out. */
export interface SessionMint {
  issue(session: Session): Required<Credentials>;
  /** These credentials, with what the key for pagination makes of the session in their token. */
  sealedAsMarker(credentials: Required<Credentials>): Required<Credentials>;
}

/** With the keys in the data directory that is in this folder. */
export function openMint(folder: string): SessionMint {
  const sealing = createSealing(readDataKeys(join(folder, '.carnet')));
  return {
    issue: (session) => issueSession(sealing, session),
    sealedAsMarker(credentials) {
      const { accessKeyId, sessionToken } = credentials;
      const opened = sealing.open('session', accessKeyId, sessionToken);
      if (opened === undefined) throw new Error('the token is of another server');
      return { ...credentials, sessionToken: sealing.seal('pagination', accessKeyId, opened) };
    },
  };
}

function readDataKeys(directory: string): DataKey[] {
  const masterKey = Buffer.from(readFileSync(join(directory, 'master.key'), 'utf8'), 'base64');
  const database = new DatabaseSync(join(directory, 'carnet.db'), { readOnly: true });
  const rows = database.prepare('select * from data_key order by created_at').all();
  database.close();
  return rows.map((row) => {
    const purpose = sealingPurposes.find((known) => known === row.purpose);
    if (purpose === undefined) throw new Error(`no purpose ${row.purpose}`);
    const [id, wrapped] = [String(row.data_key_id), String(row.wrapped_key)];
    const dataKey = unwrapDataKey(masterKey, { id, purpose, wrapped });
    if (dataKey === undefined) throw new Error('a data key does not open');
    return dataKey;
  });
}
