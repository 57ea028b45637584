import { foldAscii, type RequestContext } from '@carnet/policy';
import { type Caller, sessionOf, userIdOf } from '../authentication/caller.ts';
import type { Resource } from '../operation.ts';
import type { VerifiedRequest } from '../services.ts';
import type { SessionWorkload } from '../sts/session.ts';

/** What the condition keys of one question are computed from. */
export interface RequestFacts {
  readonly request: VerifiedRequest;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The deployment's: what a scope names is the caller's word. */
  readonly region: string;
  /** The caller's own tags, for `aws:PrincipalTag/*`. */
  readonly principalTags: ReadonlyMap<string, string>;
  /** As they are at this moment: a user may have been renamed since the request was verified. */
  readonly userName: string | undefined;
  readonly principalArn: string | undefined;
  /** When the MFA code that came with this very call was found good; milliseconds since 1970. */
  readonly mfaAuthenticatedAt: number | undefined;
  readonly resource: Resource | undefined;
  /** Keys of the operation, by lower-case name. */
  readonly operationKeys: ReadonlyMap<string, string | readonly string[]>;
}

/**
 * The global condition keys, computed when a policy asks for one; the operation's own come first
 * from its declaration. What the server cannot know is absent. Names are in ASCII lower case.
 *
 * Source: IAM User Guide, "AWS global condition context keys".
 */
export function requestContext(facts: RequestFacts): RequestContext {
  return {
    get(key) {
      const slash = key.indexOf('/');
      if (slash < 0) return globalKeys[key]?.(facts) ?? ownKey(facts, key);
      const name = key.slice(slash + 1);
      switch (key.slice(0, slash)) {
        case 'aws:principaltag':
          return foldedGet(facts.principalTags, name);
        case 'aws:resourcetag':
        case 'iam:resourcetag':
        case 'ec2:resourcetag':
          return facts.resource?.tags && foldedGet(facts.resource.tags, name);
        default:
          return ownKey(facts, key);
      }
    },
  };
}

/** A key of the service: from the operation's declaration, or from its resource. */
function ownKey(facts: RequestFacts, key: string): string | readonly string[] | undefined {
  return facts.operationKeys.get(key) ?? facts.resource?.conditionKeys?.get(key);
}

type KeyOf = (facts: RequestFacts) => string | undefined;

const globalKeys: Readonly<Record<string, KeyOf | undefined>> = Object.assign(Object.create(null), {
  'aws:currenttime': ({ now }) => seconds(now),
  'aws:epochtime': ({ now }) => String(Math.floor(now / 1000)),
  'aws:securetransport': ({ request }) => String(request.transport.secure),
  'aws:sourceip': ({ request }) => request.transport.sourceIp,
  'aws:useragent': ({ request }) => request.headers.get('user-agent'),
  'aws:referer': ({ request }) => request.headers.get('referer'),
  'aws:requestedregion': ({ request, region }) =>
    globalServices.has(request.service) ? globalRegion : region,
  'aws:userid': ({ request }) =>
    request.caller.kind === 'anonymous' ? undefined : userIdOf(request.caller),
  'aws:username': ({ userName }) => userName,
  'aws:principaltype': ({ request }) => principalTypes[request.caller.kind],
  'aws:principalarn': ({ principalArn }) => principalArn,
  'aws:principalaccount': ({ request }) => accountOf(request.caller),
  'aws:principalisawsservice': () => 'false',
  'aws:viaawsservice': () => 'false',
  'aws:tokenissuetime': ({ request }) => {
    const session = sessionOf(request.caller);
    return session && seconds(session.issuedAt);
  },
  'aws:multifactorauthpresent': ({ request, mfaAuthenticatedAt }) =>
    sessionOf(request.caller) || mfaAuthenticatedAt !== undefined
      ? String(authenticatedAt({ request, mfaAuthenticatedAt }) !== undefined)
      : undefined,
  'aws:multifactorauthage': (facts) => {
    const at = authenticatedAt(facts);
    return at === undefined ? undefined : String(Math.floor(Math.max(0, facts.now - at) / 1000));
  },
  'aws:sourceidentity': ({ request }) => sessionOf(request.caller)?.sourceIdentity,
  'aws:assumedroot': ({ request }) => (request.caller.kind === 'root' ? 'true' : undefined),
  'ec2:sourceinstancearn': ({ request }) => workloadArn(request.caller, 'ec2'),
  'ec2:roledelivery': ({ request }) =>
    workloadArn(request.caller, 'ec2') === undefined ? undefined : '2.0',
  'lambda:sourcefunctionarn': ({ request }) => workloadArn(request.caller, 'lambda'),
  'ec2:region': ({ request, region }) => (request.service === 'ec2' ? region : undefined),
  's3:authtype': ({ request }) => (isS3(request) ? authTypes[request.form] : undefined),
  's3:signatureversion': ({ request }) =>
    isS3(request) ? signatureVersions[request.form] : undefined,
  's3:signatureage': ({ request, now }) => (isS3(request) ? signatureAge(request, now) : undefined),
  's3:x-amz-content-sha256': ({ request }) =>
    isS3(request) ? request.headers.get('x-amz-content-sha256') : undefined,
  'aws:resourceaccount': ({ resource }) => resource?.accountId || undefined,
} satisfies Record<string, KeyOf>);

/**
 * What a denied request carried, for the decoded message: names as AWS spells them. What its resource
 * is like is left out: the message would be longer for one that exists, and its reader may not know.
 */
export function toldConditions(
  facts: RequestFacts,
): readonly (readonly [key: string, value: string | readonly string[]])[] {
  const global = toldKeys.map((key) => [key, globalKeys[asciiLowerCase(key)]?.(facts)] as const);
  const all = [...facts.operationKeys, ...global];
  return all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
}

const toldKeys = [
  'aws:CurrentTime',
  'aws:MultiFactorAuthAge',
  'aws:MultiFactorAuthPresent',
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:PrincipalType',
  'aws:RequestedRegion',
  'aws:ResourceAccount',
  'aws:SecureTransport',
  'aws:SourceIdentity',
  'aws:SourceIp',
  'aws:TokenIssueTime',
  'aws:UserAgent',
  'aws:userid',
  'aws:username',
];

/** When MFA was given, with this very call or for the session; undefined: it was not. */
function authenticatedAt({
  request: { caller },
  mfaAuthenticatedAt,
}: Pick<RequestFacts, 'request' | 'mfaAuthenticatedAt'>): number | undefined {
  if (mfaAuthenticatedAt !== undefined) return mfaAuthenticatedAt;
  // A role's session does not say how whoever assumed it had signed in: its trust policy asked.
  return caller.kind === 'user' ? caller.session?.mfa?.authenticatedAt : undefined;
}

/** The workload that a role's session was made for. */
function workloadArn(caller: Caller, service: SessionWorkload['service']): string | undefined {
  const workload = caller.kind === 'assumedRole' ? caller.session.workload : undefined;
  return workload?.service === service ? workload.arn : undefined;
}

function seconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Services of AWS without regions, and the region in which they are. */
const globalServices: ReadonlySet<string> = new Set(['iam', 'organizations']);
const globalRegion = 'us-east-1';

/** S3's own keys are absent from calls to other services. */
function isS3(request: VerifiedRequest): boolean {
  return request.service === 's3';
}

/** "Amazon S3 Signature Version 4 authentication specific policy keys", Amazon S3 API reference. */
const authTypes: Readonly<Record<VerifiedRequest['form'], string | undefined>> = {
  header: 'REST-HEADER',
  presigned: 'REST-QUERY-STRING',
  presignedVersion2: 'REST-QUERY-STRING',
  anonymous: undefined,
};

const signatureVersions: typeof authTypes = {
  header: 'AWS4-HMAC-SHA256',
  presigned: 'AWS4-HMAC-SHA256',
  presignedVersion2: 'AWS',
  anonymous: undefined,
};

/** Milliseconds; Version 2 does not say when it was signed, and S3 counts it as 0. */
function signatureAge({ form, signedAt }: VerifiedRequest, now: number): string | undefined {
  if (form === 'presignedVersion2') return '0';
  if (form !== 'presigned' || signedAt === undefined) return undefined;
  return String(Math.max(0, now - signedAt));
}

const principalTypes: Readonly<Record<Caller['kind'], string>> = {
  anonymous: 'Anonymous',
  root: 'Account',
  user: 'User',
  assumedRole: 'AssumedRole',
  federatedUser: 'FederatedUser',
  instance: 'Instance',
};

function accountOf(caller: Caller): string | undefined {
  return caller.kind === 'anonymous' ? undefined : caller.accountId;
}

/** Tag keys in condition keys are compared without case, as the whole key is. */
function foldedGet(
  tags: ReadonlyMap<string, string>,
  name: string,
): string | readonly string[] | undefined {
  const found: string[] = [];
  for (const [key, value] of tags) if (asciiLowerCase(key) === name) found.push(value);
  return found.length === 0 ? undefined : valueOrAll(found);
}

/**
 * The values of a tag in all spellings of its key, at least one, which most things may have: if they
 * differ nobody knows which one a policy means, and many values for a single one open nothing.
 */
export function valueOrAll(values: readonly string[]): string | readonly string[] {
  const [value = '', ...others] = new Set(values);
  return others.length === 0 ? value : [value, ...others];
}

/** The same for one value more beside those that are known: of few tags, since it copies them. */
export function allSpellings(
  known: string | readonly string[] | undefined,
  value: string,
): string | readonly string[] {
  const before = typeof known === 'string' ? [known] : (known ?? []);
  return valueOrAll([...before, value]);
}

/** ASCII only: `toLowerCase` would turn the Kelvin sign into a k. */
export function asciiLowerCase(text: string): string {
  return foldAscii(text);
}
