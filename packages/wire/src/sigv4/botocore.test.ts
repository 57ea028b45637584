import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { parseAmzDate } from './amz-date.ts';
import { readCredentials } from './read-credentials.ts';
import { sha256Hex } from './sha256.ts';
import { verifySignature } from './verify-signature.ts';

/** The signers of boto3 and of the AWS CLI, where Python has them. */

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

const program = `
import json, sys
from botocore.auth import SigV4Auth, SigV4QueryAuth, S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
signed = []
for case in json.load(sys.stdin):
    keys = Credentials('AKIAIOSFODNN7EXAMPLE', case['secret'], case.get('token'))
    request = AWSRequest(case['method'], 'http://localhost:4580' + case['target'],
                         headers=dict(case['headers']), data=case['body'].encode())
    request.context['client_config'] = None
    signer = {'header': SigV4Auth, 'presigned': SigV4QueryAuth, 's3 header': S3SigV4Auth,
              's3 presigned': S3SigV4QueryAuth}[case['signer']]
    signer(keys, case['service'], 'eu-west-1').add_auth(request)
    prepared = request.prepare()
    headers = [('Host', 'localhost:4580')] + [(k, v if isinstance(v, str) else v.decode())
               for k, v in prepared.headers.items()]
    signed.append({'method': prepared.method, 'rawHeaders': [x for pair in headers for x in pair],
                   'target': prepared.url[len('http://localhost:4580'):]})
json.dump(signed, sys.stdout)
`;

interface Case {
  readonly signer: string;
  readonly service: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly secret: string;
  readonly token?: string;
}

const paths = [
  '/',
  '/bucket/key',
  '/bucket/a%20b/%C3%A9/%E6%BC%A2',
  '/bucket//double/../dots/./x',
  '/bucket/a%2Bb%2Fc~-_.',
  "/bucket/(a)!'*",
  '/bucket/key/',
  '/bucket/k?list-type=2&prefix=a%2Fb&delimiter=%2F&encoding-type=url',
  '/bucket/k?uploads=&x=%20~',
];

const cases: readonly Case[] = paths.flatMap((target) =>
  ['header', 'presigned', 's3 header', 's3 presigned'].flatMap((signer) =>
    [undefined, 'token/+=='].map((token) => ({
      signer,
      service: signer.startsWith('s3') ? 's3' : 'sts',
      method: signer.endsWith('header') ? 'POST' : 'GET',
      target,
      headers: [
        ['X-Amz-Meta-A', ' one  two '],
        ['Content-Type', 'text/plain'],
      ] as const,
      body: signer.endsWith('header') ? 'Action=GetCallerIdentity' : '',
      secret: secretAccessKey,
      token,
    })),
  ),
);

const python = spawnSync('python3', ['-c', 'import botocore'], { stdio: 'ignore' });
const skip = python.status === 0 ? false : 'python3 has no botocore';

interface Signed {
  readonly method: string;
  readonly target: string;
  readonly rawHeaders: readonly string[];
}

function signAll(all: readonly Case[]): readonly Signed[] {
  const run = spawnSync('python3', ['-c', program], { input: JSON.stringify(all) });
  assert.equal(run.status, 0, run.stderr.toString());
  return JSON.parse(run.stdout.toString());
}

describe('botocore', { skip }, () => {
  it('is believed whatever it signs', () => {
    const signed = signAll(cases);
    for (const [index, one] of cases.entries()) {
      const request = signed[index];
      assert.ok(request !== undefined);
      const reading = readCredentials(request);
      const what = `${one.signer} ${one.target}`;
      assert.ok(reading.kind === 'signed', `${what} ${JSON.stringify(reading)}`);
      assert.equal(reading.sessionToken, one.token);
      const verification = verifySignature(reading, {
        secretAccessKey,
        now: parseAmzDate(reading.amzDate) ?? 0,
        bodySha256: sha256Hex(one.body),
      });
      assert.ok(verification.ok, `${what} ${JSON.stringify(verification)}`);
      assert.equal(verification.headers.get('x-amz-meta-a'), 'one two');
    }
  });
});
