/** `aws s3 presign` as it comes, without a word about signature versions. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { startServer } from '../started-server.ts';
import { clientEnvironment, whyMissing } from './command-line.ts';

const skip = whyMissing('aws', '--version');

it('the URL of aws s3 presign is believed', { skip }, async () => {
  const server = await startServer();
  try {
    const env = clientEnvironment(server, server.credentials());
    const aws = async (...words: string[]) => {
      const { stdout } = await promisify(execFile)('aws', words, { env });
      return stdout.trim();
    };
    await aws('s3api', 'create-bucket', '--bucket', 'presigned');
    await aws('s3api', 'put-object', '--bucket', 'presigned', '--key', 'a b');
    const url = await aws('s3', 'presign', 's3://presigned/a b', '--expires-in', '60');
    const answer = await fetch(url);
    assert.equal(answer.status, 200, await answer.text());
    const other = await fetch(url.replace('/a%20b?', '/a%20c?'));
    assert.equal(other.status, 403);
    assert.match(await other.text(), /<Code>SignatureDoesNotMatch<\/Code>/);
  } finally {
    await server.stop();
  }
});
