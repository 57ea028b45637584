import { HeadObjectCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { operationTables } from '@carnet/services';
import type { Credentials } from '../started-server.ts';
import { familyOf, formsOf } from './form.ts';
import { cellsOf, routesOf, sessionsOf } from './matrix.ts';
import { openConnection, type Pair, type RawCall } from './raw-call.ts';
import type { ServedOperation } from './served-operation.ts';
import { type Signing, sign } from './signer.ts';
import type { Cell } from './tampering/tampering.ts';
import type { World } from './world.ts';

/** A call that is not tampered with, or in a way that changes nothing of what it says. */
interface Twin {
  readonly name: string;
  readonly applies: (cell: Cell) => boolean;
  readonly call: (cell: Cell) => RawCall;
}

const signedWith = ({ draft, signing }: Cell, changes: Partial<Signing>) =>
  sign(draft, { ...signing, ...changes });
const headerForm = ({ signing }: Cell) => signing.form.kind === 'header';

/** Headers that no operation sees, since nobody signed them. */
const unseen: readonly Pair[] = [
  ['user-agent', 'matrix'],
  ['x-forwarded-for', '203.0.113.1'],
  ['x-http-method-override', 'DELETE'],
  ['x-original-url', '/matrix-bucket/other'],
  ['x-amzn-trace-id', 'Root=1-2-3'],
  ['content-disposition', 'attachment'],
  ['expires', 'no date'],
  ['forwarded', 'host=other'],
];

const twins: readonly Twin[] = [
  { name: 'untouched', applies: () => true, call: ({ draft, signing }) => sign(draft, signing) },
  {
    name: 'with headers that nobody sees',
    applies: () => true,
    call(cell) {
      const call = sign(cell.draft, cell.signing);
      return { ...call, headers: [...call.headers, ...unseen] };
    },
  },
  {
    name: 'with the Date header',
    applies: headerForm,
    call: (cell) => signedWith(cell, { dateHeader: 'date' }),
  },
  {
    name: 'with a content type and a hash that are not signed',
    applies: headerForm,
    call: (cell) => signedWith(cell, { unsigned: ['content-type', 'x-amz-content-sha256'] }),
  },
  {
    name: 'signed 13 minutes ago',
    applies: headerForm,
    call: (cell) => signedWith(cell, { time: cell.signing.time - 13 * 60_000 }),
  },
  {
    name: 'signed 13 minutes from now',
    applies: headerForm,
    call: (cell) => signedWith(cell, { time: cell.signing.time + 13 * 60_000 }),
  },
  {
    name: 'presigned for a week, six days ago',
    applies: ({ signing }) => signing.form.kind === 'presigned' && signing.service === 's3',
    call: (cell) =>
      signedWith(cell, { time: cell.signing.time - 6 * 86_400_000, expires: '604800' }),
  },
  {
    name: 'presigned by version 2 until the next century',
    applies: ({ signing }) => signing.form.kind === 'version2',
    call: (cell) => signedWith(cell, { expires: '4102444800' }),
  },
  {
    name: 'with the word that it has without saying so',
    applies: ({ signing: { form, service } }) =>
      form.kind === 'presigned' && form.payload === 'undeclared' && service === 's3',
    call(cell) {
      const call = sign(cell.draft, cell.signing);
      return { ...call, headers: [...call.headers, ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD']] };
    },
  },
];

export interface TwinReport {
  calls: number;
  /** By form and twin. */
  readonly byCombination: Map<string, number>;
  readonly failures: string[];
}

type Ask = (cell: Cell, call?: RawCall) => Promise<string>;

/**
 * Sends what the matrix tampers with as it is. Each answer is that of the plain call, sent before
 * or after: a call that creates something is answered differently the second time. On a route of a
 * query service each twin comes in one form, on the next one in another; on one of S3 in every form,
 * by a key and by a session in turn, of one kind after the other.
 */
export async function runTwins(world: World): Promise<TwinReport> {
  const services = Object.keys(operationTables);
  return eachRoute(world, services, async (operation, { ask, compare, route }) => {
    const own = await cellsOf(operation, world, world.probe);
    const temporary = await cellsOf(operation, world, sessionFor(world, operation, route));
    const cells = [...own, ...temporary].filter(({ signing }) => signing.form.kind !== 'anonymous');
    let plain: Cell | undefined;
    let before = '';
    for (const [index, twin] of twins.entries()) {
      const able = cells.filter(twin.applies);
      const turn = route + index;
      const chosen =
        operation.service === 's3'
          ? able.filter((cell) => own.includes(cell) === (turn % 2 === 0))
          : able.slice(turn % able.length).slice(0, 1);
      for (const cell of chosen) {
        const [same] = own.includes(cell) ? own : temporary;
        if (same === undefined) continue;
        if (same !== plain) before = await ask(same);
        plain = same;
        const answer = await ask(cell, twin.call(cell));
        const after = answer === before ? before : await ask(plain);
        compare(cell, twin.name, answer, [before, after]);
        before = after;
      }
    }
  });
}

/** IAM answers no federated user, and STS asks what a session is of: there it is the role's. */
function sessionFor(world: World, { service }: ServedOperation, route: number): Credentials {
  const kinds = sessionsOf(world).slice(0, { s3: 3, iam: 2 }[service] ?? 1);
  return kinds[route % kinds.length] ?? world.session;
}

/** Stores an object with headers that nobody signed, and looks which of them it kept. */
export async function runUnsignedHeaders({ server, s3: client, probe }: World): Promise<string[]> {
  const [form] = formsOf('s3');
  if (form === undefined) return ['no form of s3'];
  const { host } = new URL(server.endpoint);
  const draft = { method: 'PUT', path: '/matrix-bucket/plain', query: [], headers: [] };
  const body = Buffer.from('matrix');
  const signing = { form, credentials: probe, service: 's3', host, time: Date.now() };
  const call = sign({ ...draft, body }, signing);
  const connection = openConnection(server.endpoint);
  const { status } = await connection.send({ ...call, headers: [...call.headers, ...unseen] });
  connection.close();
  const command = new HeadObjectCommand({ Bucket: 'matrix-bucket', Key: 'plain' });
  const { ContentDisposition, ExpiresString } = await client.send(command);
  const kept = [ContentDisposition, ExpiresString].filter((value) => value !== undefined);
  return status === 200 ? kept : [`${status}`];
}

/** What no policy of a bucket can allow to strangers: it is the account's own. */
const ofTheAccount: ReadonlySet<string> = new Set([
  'CreateBucket',
  'DeleteBucketPolicy',
  'GetBucketPolicy',
  'GetBucketPolicyStatus',
  'ListBuckets',
  'PutBucketPolicy',
]);

/** Lets everybody into the bucket: whoever bears no credentials then gets the answers of others. */
export async function runAnonymousTwins(world: World): Promise<TwinReport> {
  const { s3: client } = world;
  const open = () =>
    client.send(new PutBucketPolicyCommand({ Bucket: 'matrix-bucket', Policy: everybody }));
  return eachRoute(world, ['s3'], async (operation, { ask, compare }) => {
    const cells = await cellsOf(operation, world, world.probe);
    const [plain] = cells;
    const anonymous = cells.find(({ signing }) => signing.form.kind === 'anonymous');
    if (plain === undefined || anonymous === undefined) return;
    const answers: string[] = [];
    for (const cell of [plain, anonymous, plain]) {
      await open();
      answers.push(await ask(cell));
    }
    const [before = '', answer = '', after = ''] = answers;
    const isDenied = ofTheAccount.has(operation.name);
    compare(anonymous, 'let in by the bucket', answer, isDenied ? [denied] : [before, after]);
  });
}

const denied = '403 AccessDenied';

const everybody = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:*',
    Resource: ['arn:aws:s3:::matrix-bucket', 'arn:aws:s3:::matrix-bucket/*'],
  },
});

type Compare = (cell: Cell, twin: string, answer: string, expected: readonly string[]) => void;

interface Route {
  readonly ask: Ask;
  readonly compare: Compare;
  /** Counted from zero. */
  readonly route: number;
}

async function eachRoute(
  world: World,
  services: readonly string[],
  body: (operation: ServedOperation, route: Route) => Promise<void>,
): Promise<TwinReport> {
  const report: TwinReport = { calls: 0, byCombination: new Map(), failures: [] };
  const connection = openConnection(world.server.endpoint);
  const ask: Ask = async (cell, call = sign(cell.draft, cell.signing)) => {
    const { status, code = '' } = await connection.send(call);
    return `${status} ${code}`.trim();
  };
  const compare: Compare = ({ operation, signing }, twin, answer, expected) => {
    report.calls++;
    const combination = `${familyOf(operation.service)} ${signing.form.name}, ${twin}`;
    report.byCombination.set(combination, (report.byCombination.get(combination) ?? 0) + 1);
    const isTaken = !refusals.test(answer) || expected.includes(denied);
    if (expected.includes(answer) && isTaken) return;
    const what = `${operation.service}:${operation.name}, ${signing.form.name}, ${twin}`;
    report.failures.push(`${what}: ${answer}, not ${expected.join(' or ')}`);
  };
  for (const [route, { service }] of routesOf(world, '').entries()) {
    if (!services.includes(service)) continue;
    const operation = routesOf(world, await world.furnish(service))[route];
    if (operation !== undefined) await body(operation, { ask, compare, route });
  }
  connection.close();
  return report;
}

/** With these a request is refused for what it is; the callers here may do everything. */
const refusals =
  /^(?:401|403|5..)|AccessDenied|^400 (?:Authorization|IncompleteSignature|Invalid(?:Token|Argument|Request|Action)|RequestExpired|XAmzContentSHA256Mismatch|IncompleteBody|Malformed(?:Input|QueryString|TrailerError|XML)|BadDigest|MissingAuth)/;
