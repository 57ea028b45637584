/** boto3 against a started server, where Python has it. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { startServer } from '../started-server.ts';

const isInstalled = spawnSync('python3', ['-c', 'import boto3']).status === 0;
const skip = isInstalled ? false : 'boto3 is not installed';

async function converse(script: string): Promise<string> {
  const server = await startServer();
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = server.credentials();
    const env = {
      ...server.environment,
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
    const path = join(import.meta.dirname, script);
    const { stdout } = await promisify(execFile)('python3', [path], { env });
    return stdout;
  } finally {
    await server.stop();
  }
}

it('boto3 finds AWS: clients, resources, paginators, waiters, transfers', { skip }, async () => {
  const printed = await converse('boto3-conversation.py');
  assert.equal(printed, 'boto3: every answer as expected\n');
});

it('boto3 presigns by default, with Signature Version 2, and is believed', { skip }, async () => {
  const printed = await converse('boto3-presign.py');
  assert.equal(printed, 'boto3: every presigned URL as expected\n');
});
