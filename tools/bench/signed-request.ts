import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { type Credentials, type StartedServer, startServer } from '../../tests/started-server.ts';
import { makeUser } from './bench-user.ts';
import { type Benchmark, formatMicroseconds, median, percent } from './benchmark.ts';
import { type Contender, measureCpu, pinAll, roundShape, rounds } from './cpu-contender.ts';
import { forkPart, pidOf } from './part.ts';
import { signedRequest } from './signed-load.ts';

/** H1: a signed GetCallerIdentity against a bare `node:http` server that answers the same bytes. */
export const signedRequestBenchmark: Benchmark = {
  title: 'H1: a signed GetCallerIdentity',
  async run() {
    const server = await startServer(['--log-level', 'warn']);
    const load = forkPart('signed-load.ts');
    const parts = [load];
    try {
      const user = await makeUser(server);
      const length = await checkAnswers(server, user);
      const bare = forkPart('bare-server.ts', [String(length)]);
      parts.push(bare);
      const [barePort] = await once(bare, 'message');
      const ours = { port: Number(new URL(server.endpoint).port), ...roundShape };
      const contenders: Contender[] = [
        { name: 'node:http POST', pid: pidOf(bare), round: { ...ours, ...user, port: barePort } },
        { name: 'access key', pid: server.pid, round: { ...ours, ...user } },
        {
          name: 'session token',
          pid: server.pid,
          round: { ...ours, ...server.credentials() },
        },
        {
          name: 'session token of the user',
          pid: server.pid,
          round: { ...ours, ...(await sessionOf(server, user)) },
        },
      ];
      const pinned = pinAll(contenders, load);
      const measured = await measureCpu(contenders, load);
      return { method: method(pinned), table: table(contenders, measured) };
    } finally {
      for (const part of parts) part.kill();
      await server.stop();
    }
  },
};

function method(pinned: boolean): string {
  return (
    `CPU time of the server's process for each request, all its threads, median of ${rounds} ` +
    `interleaved rounds of ${roundShape.milliseconds / 1000} s with ${roundShape.connections} ` +
    'kept-alive connections; ' +
    'server, limit and load in processes of their own' +
    (pinned ? ', the servers on one core and the load on another. ' : ', not pinned. ') +
    'The goal is the rate beside the limit: at least 60 %, the aim 72 %.'
  );
}

/** Of GetSessionToken: it ends with the user's key, which is looked at in each request. */
async function sessionOf({ endpoint }: StartedServer, credentials: Credentials) {
  const sts = new STSClient({ endpoint, region: 'us-east-1', credentials });
  const { Credentials: made } = await sts.send(new GetSessionTokenCommand());
  sts.destroy();
  return {
    accessKeyId: made?.AccessKeyId ?? '',
    secretAccessKey: made?.SecretAccessKey ?? '',
    sessionToken: made?.SessionToken ?? '',
  };
}

/** The right answer to the right signature, a refusal to a wrong one. Gives the answer's length. */
async function checkAnswers(server: StartedServer, user: Credentials): Promise<number> {
  const port = Number(new URL(server.endpoint).port);
  const round = { port, ...user, connections: 1, milliseconds: 0 };
  const right = await exchange(port, await signedRequest(round));
  assert.match(right, /^HTTP\/1\.1 200 /);
  assert.match(right, /<Arn>arn:aws:iam::\d{12}:user\/bench<\/Arn>/);
  const wrongSecret = { ...round, secretAccessKey: 'A'.repeat(40) };
  const wrong = await exchange(port, await signedRequest(wrongSecret));
  assert.match(wrong, /^HTTP\/1\.1 403 [\s\S]*<Code>SignatureDoesNotMatch<\/Code>/);
  const unknown = await exchange(port, await signedRequest({ ...round, accessKeyId: 'AKIANONE' }));
  assert.match(unknown, /^HTTP\/1\.1 403 [\s\S]*<Code>InvalidClientTokenId<\/Code>/);
  return right.length - right.indexOf('\r\n\r\n') - 4;
}

async function exchange(port: number, request: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const withClose = request.toString('latin1').replace('\r\n', '\r\nconnection: close\r\n');
  socket.end(withClose, 'latin1');
  return text(socket);
}

function table(
  contenders: readonly Contender[],
  measured: ReadonlyMap<string, readonly number[]>,
): string[][] {
  const cost = (name: string) => median(measured.get(name) ?? []);
  const limit = cost('node:http POST');
  return [
    ['request', 'CPU each', 'rate beside the limit', 'goal', 'aim'],
    ...contenders.map(({ name }, index) => [
      name,
      formatMicroseconds(cost(name)),
      percent(limit / cost(name)),
      index === 0 ? '' : '60 %',
      index === 0 ? '' : '72 %',
    ]),
  ];
}
