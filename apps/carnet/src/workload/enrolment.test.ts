import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { temporaryFolder } from '../test-support/started-program.ts';
import { readEnrolment } from './enrolment.ts';

const folder = temporaryFolder();
after(folder.remove);
const file = join(folder.path, 'instance.json');

const enrolment = {
  endpoint: 'https://carnet.example.com',
  region: 'us-east-1',
  identityDocument: { accountId: '123456789012', instanceId: 'i-0123456789abcdef0' },
  accessKeyId: 'CIKAABCDEFGHIJKLMNOP',
  secretAccessKey: 'canary-secret',
};

function read(content: unknown, mode = 0o600, insecure = false) {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(file, mode);
  return readEnrolment(file, { insecure });
}

/** It is refused for that reason, with exit code 2, and what is in it is not repeated. */
function assertRefused(why: RegExp, ...parameters: Parameters<typeof read>): void {
  assert.throws(
    () => read(...parameters),
    (error: Error & { why: string; next: string; exitCode: number }) => {
      assert.equal(error.message, `the enrolment \`${file}\` cannot be used`);
      assert.match(error.why, why);
      assert.equal(error.exitCode, 2);
      assert.ok(!`${error.why}${error.next}`.includes('canary'));
      return true;
    },
  );
}

test('an enrolment is for its owner alone', () => {
  for (const mode of [0o600, 0o400]) assert.deepEqual(read(enrolment, mode), enrolment);
  for (const mode of [0o640, 0o604, 0o610, 0o602, 0o644, 0o777]) {
    assertRefused(/others than its owner may use it, .* its mode is 0\d{3}$/, enrolment, mode);
    chmodSync(file, 0o600);
  }
});

test('an enrolment is whole', () => {
  for (const text of ['', '{', 'canary']) assertRefused(/^it is not JSON$/, text);
  const wrong: unknown[] = [null, [], '"text"', 1, {}];
  for (const name of Object.keys(enrolment)) {
    for (const value of [undefined, null, '', 'canary\n', 1, {}]) {
      wrong.push({ ...enrolment, [name]: value });
    }
  }
  for (const endpoint of ['ftp://carnet.example.com', 'carnet.example.com', 'file:///etc/passwd']) {
    wrong.push({ ...enrolment, endpoint });
  }
  wrong.push({ ...enrolment, accessKeyId: 'AKIAABCDEFGHIJKLMNOP' });
  for (const content of wrong) assertRefused(/^it is not an enrolment/, content);
  assert.throws(() => readEnrolment(join(folder.path, 'missing'), { insecure: false }), {
    exitCode: 2,
  });
});

test('a server on another host is asked over TLS, unless it is said otherwise', () => {
  const near = ['http://127.0.0.1:4580', 'http://[::1]:4580', 'http://localhost:4580'];
  for (const endpoint of ['https://10.0.0.1', ...near]) {
    assert.deepEqual(read({ ...enrolment, endpoint }), { ...enrolment, endpoint });
  }
  const far = [
    'http://10.0.0.1:4580',
    'http://carnet.example.com',
    'http://[::2]',
    'http://127.1.x',
  ];
  for (const endpoint of far) {
    assertRefused(/in the clear$/, { ...enrolment, endpoint });
    assert.equal(read({ ...enrolment, endpoint }, 0o600, true).endpoint, endpoint);
  }
});
