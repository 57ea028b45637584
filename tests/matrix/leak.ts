import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import type { Credentials } from '../started-server.ts';
import type { Answer } from './raw-call.ts';
import type { World } from './world.ts';

/** Everybody who calls the matrix. */
function callers(world: World): readonly Credentials[] {
  const { probe, otherUser, namesake, inactive, deleted, ofDeletedUser } = world;
  const { session, otherSession, userSession, federatedSession, elsewhere, marker } = world;
  return [
    ...[probe, otherUser, namesake, inactive, deleted, ofDeletedUser],
    ...[session, otherSession, userSession, federatedSession, elsewhere, marker],
    ...[...world.expired, ...world.ended],
  ];
}

/** What nobody may read: secrets, and of each token a part that no other has. */
function secretsOf(world: World): string[] {
  return callers(world).flatMap(({ secretAccessKey, sessionToken = '' }) =>
    sessionToken === '' ? [secretAccessKey] : [secretAccessKey, sessionToken.slice(20, 60)],
  );
}

/** Whether an answer tells somebody's secret or token. */
export function createLeakCheck(world: World): (answer: Answer) => boolean {
  const secrets = secretsOf(world);
  return ({ body, headers }) => {
    const said = `${body}${[...headers.values()].join('\n')}`;
    return secrets.some((secret) => said.includes(secret));
  };
}

/** Where the server has written what: its log, its files, its records of calls. */
export function writtenBy({ server }: World): ReadonlyMap<string, string> {
  const directory = join(server.folder, '.carnet');
  const files = readdirSync(directory).filter((name) => name.startsWith('carnet.db'));
  const database = new DatabaseSync(join(directory, 'carnet.db'), { readOnly: true });
  const blocks = database.prepare('select records from audit_block').all();
  const events = database.prepare('select * from audit_event').all();
  database.close();
  const records = blocks.map(({ records: packed }) =>
    zstdDecompressSync(Buffer.from(String(packed), 'base64')).toString(),
  );
  return new Map([
    ['log', server.said()],
    ['records of reads and refusals', records.join('\n')],
    ['records of changes', JSON.stringify(events)],
    ...files.map((name) => [name, readFileSync(join(directory, name), 'latin1')] as const),
  ]);
}

/** The places where somebody's secret or token stands. */
export function findLeaks(world: World): string[] {
  const secrets = secretsOf(world);
  return [...writtenBy(world)]
    .filter(([, text]) => secrets.some((secret) => text.includes(secret)))
    .map(([place]) => place);
}
