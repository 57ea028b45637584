/** What docs/postgresql.md says to type is typed here. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openStore } from '@carnet/store';
import { startTestServer, type TestServer } from '../../packages/store/src/postgres/test-server.ts';
import { root } from '../started-server.ts';

const document = readFileSync(join(root, 'docs/postgresql.md'), 'utf8');

/** The first block of a language. */
function block(language: 'sql' | 'bash'): string {
  const [, body] = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(document) ?? [];
  return body ?? assert.fail(`there is no ${language}`);
}

describe('the set-up of a database', () => {
  let postgres: TestServer;
  let folder = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'carnet-set-up-'));
    postgres = await startTestServer();
    const statements = block('sql')
      .split(/;$/m)
      .filter((statement) => statement.trim() !== '');
    await postgres.run('postgres', ...statements);
  });
  after(async () => {
    await postgres.remove();
    rmSync(folder, { recursive: true });
  });

  function as(user: string): URL {
    const url = new URL(postgres.url('carnet'));
    url.username = user;
    url.password = '…';
    return url;
  }

  it('lets Carnet in', async () => {
    const store = await openStore({
      dataDirectory: join(folder, 'data'),
      database: as('carnet').href,
      masterKey: new Uint8Array(32),
    });
    await store.close();
  });

  it('lets no other role in, who could take the lock', async () => {
    await postgres.run('postgres', "create role other login password '…'");
    const opening = openStore({
      dataDirectory: join(folder, 'other'),
      database: as('other').href,
      masterKey: new Uint8Array(32),
    });
    await assert.rejects(opening, /permission denied for database "carnet"/);
  });

  it('makes a master key that only its owner may read', () => {
    const key = join(folder, 'master.key');
    const commands = block('bash').replace('/etc/carnet/master.key', `'${key}'`);
    execFileSync('bash', ['-e', '-c', `umask 022\n${commands}`]);
    assert.equal(statSync(key).mode & 0o777, 0o600);
    assert.equal(Buffer.from(readFileSync(key, 'utf8'), 'base64').length, 32);
  });
});
