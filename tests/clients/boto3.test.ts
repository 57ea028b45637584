/** boto3 against a started server, where Python has it. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { certificate, privateKey } from '../iam/credential-sample.ts';
import { samlMetadata } from '../saml-metadata.ts';
import { startServer } from '../started-server.ts';
import { clientEnvironment } from './command-line.ts';

const isInstalled = spawnSync('python3', ['-c', 'import boto3']).status === 0;
const skip = isInstalled ? false : 'boto3 is not installed';
if (skip) process.stdout.write(`skipped: ${skip}\n`);

/** Runs a script against a server of its own, and gives what it printed. */
async function converse(name: string, ...words: string[]): Promise<string> {
  const server = await startServer();
  try {
    const env = clientEnvironment(server, server.credentials());
    const script = join(import.meta.dirname, name);
    const { stdout } = await promisify(execFile)('python3', [script, ...words], { env });
    return stdout;
  } finally {
    await server.stop();
  }
}

it('boto3 finds AWS: clients, resources, paginators, waiters, transfers', { skip }, async () => {
  assert.equal(await converse('boto3-conversation.py'), 'boto3: every answer as expected\n');
});

it('boto3 finds IAM: every resource, its collections and actions, there and back', {
  skip,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-boto3-'));
  try {
    writeFileSync(join(folder, 'certificate.pem'), certificate);
    writeFileSync(join(folder, 'key.pem'), privateKey);
    writeFileSync(join(folder, 'metadata.xml'), samlMetadata('https://idp.example.com/first'));
    const said = await converse('boto3-iam-resources.py', folder);
    assert.equal(said, 'boto3: every resource of IAM as expected\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('boto3 finds S3: parallel transfers, checksums, conditions, listings', { skip }, async () => {
  const said = await converse('boto3-s3-conversation.py');
  assert.equal(said, 'boto3: every answer of S3 as expected\n');
});

it('boto3 presigns by default, with Signature Version 2, and is believed', { skip }, async () => {
  const said = await converse('boto3-presign.py');
  assert.equal(said, 'boto3: every presigned URL as expected\n');
});

it('boto3 finds EC2: resources, collections, waiters, pages, refusals', { skip }, async () => {
  const said = await converse('boto3-ec2-conversation.py');
  assert.equal(said, 'boto3: every answer of EC2 as expected\n');
});
