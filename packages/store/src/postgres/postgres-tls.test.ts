import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { openStore } from '../open-store.ts';
import { StoreRefusal } from '../store-refusal.ts';
import { temporaryDirectory } from '../test-support.ts';
import { startTestServer, unprivileged } from './test-server.ts';

const reason = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed';
if (reason !== false) process.stdout.write(`skipped: PostgreSQL over TLS; ${reason}\n`);

/** A key and its own certificate for 127.0.0.1, which the server can read. */
function makeCertificate(): { folder: string; key: string; certificate: string } {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=127.0.0.1',
    ].concat(['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate]),
    { stdio: 'pipe' },
  );
  const { uid, gid = 0 } = unprivileged();
  if (uid !== undefined) for (const path of [folder, key, certificate]) chownSync(path, uid, gid);
  return { folder, key, certificate };
}

describe('PostgreSQL over TLS', { skip: reason }, () => {
  it('is trusted only with the certificate that the URL asks for', async (t) => {
    const { folder, key, certificate } = makeCertificate();
    t.after(() => rmSync(folder, { recursive: true }));
    const tls = ['ssl=on', `ssl_key_file=${key}`, `ssl_cert_file=${certificate}`];
    const server = await startTestServer(tls);
    t.after(() => server.remove());
    const dataDirectory = await temporaryDirectory(t);
    const open = (parameters: string) =>
      openStore({
        dataDirectory,
        database: `${server.url('postgres')}?${parameters}`,
        masterKey: new Uint8Array(32),
      });
    await assert.rejects(
      open('sslmode=verify-full'),
      (error) => error instanceof StoreRefusal && /self-signed certificate/.test(error.message),
    );
    const store = await open(`sslmode=verify-full&sslrootcert=${encodeURIComponent(certificate)}`);
    const { rows } = await sql<{ connections: number; encrypted: number }>`
      select count(*) as connections, count(*) filter (where ssl) as encrypted
      from pg_stat_ssl join pg_stat_activity using (pid)
      where application_name = 'carnet'`.execute(store.database);
    assert.ok(rows[0] !== undefined && rows[0].connections >= 3, JSON.stringify(rows));
    assert.equal(rows[0].encrypted, rows[0].connections);
    await store.close();
  });
});
