import fc from 'fast-check';
import {
  actions,
  type PolicyArbitraries,
  policies,
  type RandomDocument,
  resources,
  sessionNames,
  sourceIdentities,
  teams,
} from './random-policy.ts';

/** An account, and who makes which credentials in it. */
export interface RandomWorld {
  /** No statement asks what only a session has. */
  readonly plain: boolean;
  readonly user: RandomPrincipal & { readonly group: RandomDocument | undefined };
  /** `PhotoAppRole` and `OtherRole`. */
  readonly roles: readonly [RandomRole, RandomRole];
  /** On the buckets; undefined: none. */
  readonly resource: RandomDocument | undefined;
  /** Managed policies that sessions may be limited by. */
  readonly managed: readonly [RandomDocument, RandomDocument];
  readonly mints: readonly RandomMint[];
}

export interface RandomPrincipal {
  readonly identity: RandomDocument;
  readonly boundary: RandomDocument | undefined;
  readonly tags: RandomTags;
}

export interface RandomRole extends RandomPrincipal {
  readonly trust: RandomDocument;
}

export type RandomTags = readonly (readonly [key: string, value: string])[];

/** What is asked of a new credential, and of what it comes from. */
export interface RandomQuestion {
  readonly action: string;
  readonly resource: string;
}

export interface RandomMint {
  /** Which of the credentials made so far makes it; the first is the user's key. */
  readonly from: number;
  readonly way: Way;
  readonly questions: readonly RandomQuestion[];
}

export type Way =
  | {
      readonly kind: 'GetSessionToken';
      readonly seconds: number | undefined;
      readonly mfa: boolean;
    }
  | ({ readonly kind: 'GetFederationToken' } & SessionChoice)
  | ({
      readonly kind: 'AssumeRole';
      readonly role: 0 | 1;
      readonly transitive: boolean;
      readonly sourceIdentity: string | undefined;
      readonly externalId: string | undefined;
      readonly mfa: boolean;
    } & SessionChoice)
  | { readonly kind: 'CreateAccessKey'; readonly userName: 'dave' | 'photos' }
  | { readonly kind: 'service'; readonly service: ServiceName; readonly role: 0 | 1 }
  | { readonly kind: 'AssumeRoot'; readonly task: RootTask };

/** Of AWS's policies for tasks of the root user. */
export type RootTask = 'S3UnlockBucketPolicy' | 'IAMAuditRootUserCredentials';

/** On average. */
export const mintsPerWorld = 12;

export type ServiceName = 'ec2' | 'ecs-tasks' | 'lambda';

export interface SessionChoice {
  readonly name: string;
  readonly policy: RandomDocument | undefined;
  /** Of the world's managed policies. */
  readonly managed: readonly (0 | 1)[];
  readonly tags: RandomTags;
  readonly seconds: number | undefined;
}

export function randomWorld(): fc.Arbitrary<RandomWorld> {
  return fc.boolean().chain((plain) => worldOf(plain, policies(plain)));
}

function worldOf(plain: boolean, documents: PolicyArbitraries): fc.Arbitrary<RandomWorld> {
  const { identity, session, resource, trust } = documents;
  const boundary = fc.option(identity, { nil: undefined, freq: 2 });
  const principal = { identity, boundary, tags };
  const role = fc.record({ ...principal, trust });
  return fc.record({
    plain: fc.constant(plain),
    user: fc.record({ ...principal, group: fc.option(identity, { nil: undefined, freq: 2 }) }),
    roles: fc.tuple(role, role),
    resource: fc.option(resource, { nil: undefined, freq: 2 }),
    managed: fc.tuple(session, session),
    mints: fc.array(mint(session), { minLength: mintsPerWorld - 4, maxLength: mintsPerWorld + 4 }),
  });
}

const tags: fc.Arbitrary<RandomTags> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.tuple(fc.constantFrom('team', 'Team'), fc.constantFrom(...teams))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.tuple(fc.constant('team'), fc.constantFrom(...teams)),
      fc.tuple(fc.constant('cost'), fc.constantFrom('1', '2')),
    ),
  },
);

function mint(session: fc.Arbitrary<RandomDocument>): fc.Arbitrary<RandomMint> {
  const from = fc.oneof(fc.constant(0), fc.nat(mintsPerWorld));
  const questions = fc.array(question, { minLength: 4, maxLength: 4 });
  const rootQuestions = fc.array(rootQuestion, { minLength: 4, maxLength: 4 });
  return fc.oneof(
    { weight: 19, arbitrary: fc.record({ from, way: way(session), questions }) },
    { weight: 1, arbitrary: fc.record({ from, way: assumeRoot, questions: rootQuestions }) },
  );
}

const assumeRoot = fc.record({
  kind: fc.constant('AssumeRoot' as const),
  task: fc.constantFrom<RootTask>('S3UnlockBucketPolicy', 'IAMAuditRootUserCredentials'),
});

/** What a task is about, beside what it is not about. */
const rootQuestion = fc.constantFrom<RandomQuestion>(
  { action: 's3:GetBucketPolicy', resource: 'arn:aws:s3:::photos-ACCOUNT' },
  { action: 's3:GetBucketPolicy', resource: 'arn:aws:s3:::secrets-ACCOUNT' },
  { action: 's3:GetObject', resource: resources[0] },
);

const question = fc.record({
  action: fc.constantFrom(...actions),
  resource: fc.constantFrom(...resources),
});

function way(session: fc.Arbitrary<RandomDocument>): fc.Arbitrary<Way> {
  const choice = {
    name: fc.constantFrom(...sessionNames),
    policy: fc.option(session, { nil: undefined, freq: 2 }),
    managed: fc.constantFrom<readonly (0 | 1)[]>([], [], [], [0], [1], [0, 1]),
    tags: fc.oneof(
      { weight: 2, arbitrary: fc.constant<RandomTags>([]) },
      { weight: 1, arbitrary: tags },
    ),
    seconds: fc.constantFrom(undefined, undefined, 900, 3600, 7200),
  };
  const role = fc.constantFrom<0 | 1>(0, 1);
  const mfa = fc.constantFrom(false, false, false, true);
  return fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('GetSessionToken' as const),
        seconds: fc.constantFrom(undefined, 900, 7200),
        mfa: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('GetFederationToken' as const), ...choice }),
    },
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant('AssumeRole' as const),
        role,
        transitive: fc.boolean(),
        sourceIdentity: fc.constantFrom(undefined, undefined, undefined, ...sourceIdentities),
        externalId: fc.constantFrom(undefined, undefined, 'photos'),
        mfa,
        ...choice,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('CreateAccessKey' as const),
        userName: fc.constantFrom<'dave' | 'photos'>('dave', 'photos'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('service' as const),
        service: fc.constantFrom<ServiceName>('ec2', 'ecs-tasks', 'lambda'),
        role,
      }),
    },
  );
}
