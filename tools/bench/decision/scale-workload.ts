import type { Caller, DecisionRequest, DecisionWorkload, NamedPolicy } from './decision-engine.ts';

const account = '111122223333';
const sharedCount = 500;
const context = new Map([['aws:SourceIp', '10.1.2.3']]);

const s3 = (path: string) => `arn:aws:s3:::${path}`;
const table = (name: string) => `arn:aws:dynamodb:eu-central-1:${account}:table/${name}`;
const queue = (name: string) => `arn:aws:sqs:eu-central-1:${account}:${name}`;

function policy(name: string, Statement: readonly object[]): NamedPolicy {
  return { name, text: JSON.stringify({ Version: '2012-10-17', Statement }) };
}

/** What 500 areas of work give to those who work there. */
function sharedPolicy(area: number): NamedPolicy {
  return policy(`area-${area}`, [
    {
      Sid: 'Read',
      Effect: 'Allow',
      Action: ['s3:Get*', 's3:List*'],
      Resource: s3(`area-${area}/*`),
    },
    {
      Sid: 'Rows',
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:Query'],
      Resource: table(`area-${area}-*`),
    },
    {
      Sid: 'Change',
      Effect: 'Allow',
      Action: 'dynamodb:PutItem',
      Resource: table(`area-${area}-*`),
      Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    },
    { Sid: 'Locked', Effect: 'Deny', Action: 's3:*', Resource: s3(`area-${area}/locked/*`) },
  ]);
}

/** No two are alike: each names what is the user's own. */
function inlinePolicy(user: number): NamedPolicy {
  return policy('own', [
    {
      Sid: 'Home',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      Resource: s3(`homes/user-${user}/*`),
    },
  ]);
}

export const sharedPolicies: readonly NamedPolicy[] = Array.from(
  { length: sharedCount },
  (_, area) => sharedPolicy(area),
);

/** Which two areas a user works in. */
function areasOf(user: number): readonly [number, number] {
  const one = user % sharedCount;
  return [one, (one + 1 + ((user * 31) % (sharedCount - 1))) % sharedCount];
}

export function scaleUser(user: number): Caller {
  const [one, other] = areasOf(user).map((area) => sharedPolicies[area]);
  if (one === undefined || other === undefined) throw new Error('no such area');
  return {
    principal: {
      kind: 'user',
      accountId: account,
      arn: flat(`arn:aws:iam::${account}:user/user-${user}`),
      uniqueId: flat(`AIDA${String(user).padStart(16, '0')}`),
    },
    identity: [inlinePolicy(user), one, other],
  };
}

/** One piece of memory, as a text that was read is, and not the halves that it was made of. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

type Asked = Omit<DecisionRequest, 'caller' | 'context'>;

/** A request of a user, in one of eight ways, with what the author says of it. */
export function scaleRequest(user: number, kind: number): Asked {
  const [one, other] = areasOf(user);
  const stranger = (one + 499 + (other === (one + 499) % sharedCount ? 499 : 0)) % sharedCount;
  const key = `2026/${kind}/report-${user % 97}.csv`;
  const ask = (action: string, resource: string, statement?: string): Asked => ({
    action,
    resource,
    expected: statement ? { allowed: true, statement } : { allowed: false, stoppedBy: 'identity' },
  });
  switch (kind % 8) {
    case 0:
      return ask('s3:PutObject', s3(`homes/user-${user}/${key}`), 'own/Home');
    case 1:
      return ask('s3:GetObject', s3(`area-${one}/${key}`), `area-${one}/Read`);
    case 2:
      return ask('dynamodb:Query', table(`area-${other}-orders`), `area-${other}/Rows`);
    case 3:
      return ask('dynamodb:PutItem', table(`area-${one}-orders`), `area-${one}/Change`);
    case 4:
      return ask('s3:GetObject', s3(`homes/user-${user + 1}/${key}`));
    case 5:
      return ask('s3:GetObject', s3(`area-${stranger}/${key}`));
    case 6:
      return ask('s3:GetObject', s3(`area-${other}/locked/${key}`));
    default:
      return ask('sqs:SendMessage', queue(`user-${user + 1}-in`));
  }
}

/** W3: requests drawn uniformly from many users, the same ones in each run. */
export function scaleWorkload(users: number, requestCount: number): DecisionWorkload {
  const callers = Array.from({ length: users }, (_, user) => scaleUser(user));
  const draw = drawer();
  const requests = Array.from({ length: requestCount }, (_, index): DecisionRequest => {
    const user = draw(users);
    const caller = callers[user];
    if (caller === undefined) throw new Error('no such user');
    return { ...scaleRequest(user, index), caller, context };
  });
  return { requests };
}

/** The generator of Park and Miller: numbers below `limit`, in the same order each time. */
export function drawer(): (limit: number) => number {
  let state = 20_261_126;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}
