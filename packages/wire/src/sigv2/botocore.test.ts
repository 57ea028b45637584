/** The signer of `generate_presigned_url` and `aws s3 presign`, where Python has it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { readCredentials } from '../sigv4/read-credentials.ts';
import { verifyVersion2Signature } from './verify-version2-signature.ts';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

const program = `
import json, sys
from urllib.parse import urlsplit
from botocore.auth import HmacV1QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
signed = []
for case in json.load(sys.stdin):
    keys = Credentials('AKIAIOSFODNN7EXAMPLE', case['secret'], case.get('token'))
    url = 'http://' + case['host'] + case['target']
    bucket = case.get('bucket')
    request = AWSRequest(case['method'], url, headers=dict(case['headers']),
                         auth_path=bucket and '/' + bucket + urlsplit(url).path)
    HmacV1QueryAuth(keys, expires=60).add_auth(request)
    signed.append(request.url[len('http://' + case['host']):])
json.dump(signed, sys.stdout)
`;

interface Case {
  readonly method: string;
  readonly host: string;
  readonly bucket?: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly secret: string;
  readonly token?: string;
}

const keys = [
  '',
  'key',
  'a%20b/%C3%A9/%E6%BC%A2/%F0%9F%98%80',
  '/double/../dots/./x',
  'a%2Bb%2Fc~-_.',
  '%28a%29%21%27%2A',
  'key/',
  '..%2F..%2Fetc',
];
const queries = [
  '',
  '?versionId=3&response-content-disposition=attachment%3B%20filename%3D%22a%20b%22',
  '?partNumber=1&uploadId=a%2Fb%2Bc%3D',
  '?select&select-type=2',
  '?tagging',
];
const headers = [
  [],
  [
    ['Content-Type', 'text/plain'],
    ['x-amz-meta-a', ' one  two '],
    ['X-Amz-Acl', 'private'],
    ['Content-MD5', 'XrY7u+Ae7tCTyyK7j1rNww=='],
  ],
] as const;

const cases: readonly Case[] = keys.flatMap((key, index) =>
  queries.flatMap((query) =>
    headers.flatMap((some) =>
      (['path', 'virtual'] as const).map((style, other) => ({
        method: ['GET', 'HEAD', 'PUT'][(index + other) % 3] ?? 'GET',
        host: style === 'path' ? 'localhost:4580' : 'bucket.localhost:4580',
        ...(style === 'virtual' && { bucket: 'bucket' }),
        target: (style === 'path' ? `/bucket/${key}` : `/${key}`) + query,
        headers: some,
        secret: secretAccessKey,
        ...(index % 2 === 0 && { token: 'token/+==' }),
      })),
    ),
  ),
);

const python = spawnSync('python3', ['-c', 'import botocore'], { stdio: 'ignore' });
const skip = python.status === 0 ? false : 'python3 has no botocore';

describe('botocore', { skip }, () => {
  it('is believed whatever it presigns with Signature Version 2', () => {
    const run = spawnSync('python3', ['-c', program], { input: JSON.stringify(cases) });
    assert.equal(run.status, 0, run.stderr.toString());
    const targets: readonly string[] = JSON.parse(run.stdout.toString());
    assert.equal(targets.length, 160);
    for (const [index, { method, host, token, headers: asked }] of cases.entries()) {
      const target = targets[index] ?? '';
      const reading = readCredentials({ method, target, rawHeaders: ['Host', host] });
      assert.ok(reading.kind === 'version2', `${target} ${JSON.stringify(reading)}`);
      assert.equal(reading.sessionToken, token);
      const now = reading.expiresAt - 1;
      const verification = verifyVersion2Signature(reading, { secretAccessKey, now });
      assert.ok(verification.ok, `${target} ${JSON.stringify(reading)}`);
      assert.equal(verification.headers.size, asked.length);
      if (asked.length > 0) assert.equal(verification.headers.get('x-amz-meta-a'), 'one  two');
    }
  });
});
