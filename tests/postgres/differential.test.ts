/**
 * The same generated calls against a server on SQLite and one on PostgreSQL: the same answers, in
 * the same order, page by page, errors included; and never one that says "our fault".
 */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { sha256Hex, signRequest } from '@carnet/wire';
import {
  type Credentials,
  databaseSettings,
  databases,
  type StartedServer,
  startServer,
} from '../started-server.ts';
import { type Call, createCalls } from './generated-call.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Side {
  readonly server: StartedServer;
  readonly credentials: Credentials;
}

async function start(kind: (typeof databases)[number]): Promise<Side> {
  const flags = ['--account-id', '111111111111'];
  const server = await startServer(flags, undefined, await databaseSettings(kind));
  return { server, credentials: server.credentials() };
}

function send({ server, credentials }: Side, call: Call): Promise<Answer> {
  const { hostname, port, host } = new URL(server.endpoint);
  const body = Buffer.from(call.body ?? '');
  const { rawHeaders } = signRequest({
    ...call,
    headers: [['Host', host], ...Object.entries(call.headers ?? {})],
    credentials,
    region: 'us-east-1',
    now: Date.now(),
    payloadHash: sha256Hex(body),
  });
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        hostname,
        port,
        method: call.method,
        path: call.target,
        headers: [...rawHeaders, 'Content-Length', String(body.length)],
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
        });
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/** What differs between any two servers: random ids, the time of the day, sealed markers. */
function comparable({ status, body }: Answer): object {
  return {
    status,
    body: body
      .replace(/<(RequestId|HostId|UploadId|NextUploadIdMarker)>[^<]*/g, '<$1>')
      .replace(/<((?:Next)?(?:Continuation)?(?:Marker|Token))>[A-Za-z0-9_-]{50,}</g, '<$1>sealed<')
      .replace(/\b(A(?:IDA|GPA|NPA|ROA|KIA))[A-Z0-9]{16,17}\b/g, '$1')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time'),
  };
}

/** What a page says of the next one. */
function following(call: Call, { body }: Answer): Call | undefined {
  const name = call.service === 'iam' ? 'Marker' : 'NextContinuationToken';
  const marker = new RegExp(`<${name}>([^<]*)<`).exec(body);
  if (!/<IsTruncated>true/.test(body) || marker === null) return undefined;
  const value = encodeURIComponent(marker[1] ?? '');
  if (call.service === 'iam') return { ...call, body: `${call.body}&Marker=${value}` };
  return { ...call, target: `${call.target}&continuation-token=${value}` };
}

describe('SQLite and PostgreSQL', () => {
  const sides: Side[] = [];

  before(async () => {
    // One after the other, so that a server that does not start leaves none running.
    for (const kind of databases) sides.push(await start(kind));
  });
  after(async () => {
    for (const { server } of sides) await server.stop();
  });

  async function same(call: Call): Promise<void> {
    let calls: (Call | undefined)[] = sides.map(() => call);
    for (let page = 0; page < 200; page += 1) {
      const answers = await Promise.all(
        sides.map((side, index) => send(side, calls[index] ?? call)),
      );
      const [one, other] = answers.map(comparable);
      const said = JSON.stringify(call);
      assert.deepEqual(other, one, said);
      for (const { status, body } of answers) assert.ok(status < 500, `${said}: ${body}`);
      calls = answers.map((answer) => following(call, answer));
      if (calls[0] === undefined) return;
    }
    assert.fail(`no end of ${JSON.stringify(call)}`);
  }

  it('answer alike, whatever they are asked', async () => {
    const seed = Number(process.env.CARNET_SEED ?? 20260101);
    process.stdout.write(`the seed is ${seed}\n`);
    for (const call of createCalls(seed, 600)) await same(call);
  });
});
