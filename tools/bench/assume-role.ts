import assert from 'node:assert/strict';
import { once } from 'node:events';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type Credentials, type StartedServer, startServer } from '../../tests/started-server.ts';
import { makeUser } from './bench-user.ts';
import { type Benchmark, formatMicroseconds, median, percent } from './benchmark.ts';
import { type Contender, measureCpu, pinAll, roundShape, rounds } from './cpu-contender.ts';
import { forkPart, pidOf } from './part.ts';

const roleName = 'BenchRole';
const tagged = '&Tags.member.1.Key=team&Tags.member.1.Value=photos';

/** AssumeRole against the limit of H1 and a signed call that does nothing. */
export const assumeRoleBenchmark: Benchmark = {
  title: 'STS: AssumeRole',
  async run() {
    const server = await startServer(['--log-level', 'warn']);
    const load = forkPart('signed-load.ts');
    const parts = [load];
    try {
      const user = await makeUser(server, ['sts:AssumeRole', 'sts:TagSession']);
      const form = await makeRole(server, user);
      const bare = forkPart('bare-server.ts', ['2048']);
      parts.push(bare);
      const [barePort] = await once(bare, 'message');
      const { pid } = server;
      const ours = { port: Number(new URL(server.endpoint).port), ...roundShape, ...user };
      const contenders: Contender[] = [
        { name: 'node:http POST', pid: pidOf(bare), round: { ...ours, port: barePort } },
        { name: 'GetCallerIdentity', pid, round: ours },
        { name: 'AssumeRole', pid, round: { ...ours, form } },
        { name: 'AssumeRole with policy and tag', pid, round: { ...ours, form: limited(form) } },
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
    `CPU time of the server's process for each request, measured as in H1 (${rounds} rounds` +
    `${pinned ? '' : ', not pinned'}); the role has one inline policy, and trusts the account.`
  );
}

/** A session policy of one statement and a tag: what is deflated into the token. */
function limited(form: string): string {
  const Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement });
  return `${form}&Policy=${encodeURIComponent(policy)}${tagged}`;
}

/** Makes the role, sees that the user may assume it, and gives the form that does. */
async function makeRole(server: StartedServer, user: Credentials): Promise<string> {
  const { endpoint, accountId } = server;
  const iam = new IAMClient({ endpoint, region: 'us-east-1', credentials: server.credentials() });
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: accountId },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  };
  await iam.send(
    new CreateRoleCommand({ RoleName: roleName, AssumeRolePolicyDocument: document(trust) }),
  );
  const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  const PolicyName = 'bench';
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: roleName,
      PolicyName,
      PolicyDocument: document(statement),
    }),
  );
  iam.destroy();
  const sts = new STSClient({ endpoint, region: 'us-east-1', credentials: user });
  const RoleArn = `arn:aws:iam::${accountId}:role/${roleName}`;
  const answer = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'bench' }));
  assert.match(answer.Credentials?.AccessKeyId ?? '', /^ASIA/);
  sts.destroy();
  const arn = encodeURIComponent(RoleArn);
  return `Action=AssumeRole&Version=2011-06-15&RoleArn=${arn}&RoleSessionName=bench`;
}

function document(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statement });
}

function table(
  contenders: readonly Contender[],
  measured: ReadonlyMap<string, readonly number[]>,
): string[][] {
  const cost = (name: string) => median(measured.get(name) ?? []);
  const limit = cost('node:http POST');
  const call = cost('GetCallerIdentity');
  return [
    ['request', 'CPU each', 'each second of one core', 'beside the limit', 'beside a signed call'],
    ...contenders.map(({ name }) => [
      name,
      formatMicroseconds(cost(name)),
      String(Math.round(1_000_000 / cost(name))),
      percent(limit / cost(name)),
      percent(call / cost(name)),
    ]),
  ];
}
