import { spawnSync } from 'node:child_process';
import type { RawRequest } from '@carnet/wire';
import { everyHeaderValue, everyText } from './sample.ts';
import {
  accessKeyId,
  bytesOf,
  pathTexts,
  type Signer,
  secretAccessKey,
  services,
} from './signer.ts';

const program = `
import datetime, json, sys, types
import botocore.auth
from botocore.auth import SigV4Auth, SigV4QueryAuth, S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
botocore.auth.get_current_datetime = lambda *_, **__: datetime.datetime(2026, 11, 23, 12)
signers = {'header': SigV4Auth, 'query': SigV4QueryAuth,
           's3 header': S3SigV4Auth, 's3 query': S3SigV4QueryAuth}
host = 'http://127.0.0.1:4580'
signed = []
for case in json.load(sys.stdin):
    request = AWSRequest(case['method'], host + case['target'], headers=dict(case['headers']),
                         data=bytes.fromhex(case['body']))
    if case['payload'].startswith('STREAMING'):
        request.context['checksum'] = {'request_algorithm': {'in': 'trailer'}}
    s3 = {'payload_signing_enabled': not case['payload'].endswith('PAYLOAD')}
    request.context['client_config'] = types.SimpleNamespace(s3=s3)
    keys = Credentials(case['key'], case['secret'], case.get('token'))
    signers[case['signer']](keys, case['service'], case['region']).add_auth(request)
    headers = [[name, str(value)] for name, value in request.headers.items()]
    signed.append({'target': request.url[len(host):], 'headers': headers})
json.dump(signed, sys.stdout)
`;

const check = 'import botocore.auth; botocore.auth.get_current_datetime';
const found = spawnSync('python3', ['-c', check], { stdio: 'ignore' }).status === 0;

/** False when python3 has a botocore whose clock can be set. */
export const whyNoBotocore = found ? false : 'python3 has no botocore of late';
if (whyNoBotocore) process.stdout.write(`skipped: ${whyNoBotocore}\n`);

interface Signed {
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
}

/** The signer of boto3 and the AWS command line. It signs a query in the spelling that it is given. */
export const botocore: Signer = {
  name: 'botocore',
  services,
  payloads: ['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
  repeatsHeaders: false,
  repeatsParameters: false,
  presignsHash: false,
  respellsQuery: false,
  bodyInUrl: false,
  pathTexts: () => pathTexts,
  queryTexts: () => everyText,
  headerValues: everyHeaderValue,
  async signAll(samples) {
    const cases = samples.map((sample) => ({
      ...sample,
      target: sample.path + (sample.rawQuery === '' ? '' : `?${sample.rawQuery}`),
      body: sample.body.toString('hex'),
      signer: sample.service === 's3' ? `s3 ${sample.form}` : sample.form,
      key: accessKeyId,
      secret: secretAccessKey,
      token: sample.sessionToken,
    }));
    const input = JSON.stringify(cases);
    const run = spawnSync('python3', ['-c', program], { input, maxBuffer: 2 ** 28 });
    if (run.status !== 0) throw new Error(run.stderr.toString());
    const signed: readonly Signed[] = JSON.parse(run.stdout.toString());
    return signed.map(
      ({ target, headers }, index): RawRequest => ({
        method: samples[index]?.method ?? '',
        target,
        rawHeaders: headers.flatMap(([name, value]) => [name, bytesOf(value)]),
      }),
    );
  },
};
