import { accountOf } from '../match/principal.ts';
import type { Principal } from '../principal.ts';
import { UNKNOWN_ID } from './read-case-principal.ts';

/**
 * The condition keys that follow from who asks, and from whose the resource is, by their folded
 * names. Nothing is guessed: what the question does not tell stays absent.
 * Source: "AWS global condition context keys", IAM User Guide.
 */
export function principalKeys(
  principal: Principal,
  resourceAccount: string,
): ReadonlyMap<string, string> {
  const { kind } = principal;
  const keys: Readonly<Record<string, string | undefined>> = {
    'aws:resourceaccount': resourceAccount,
    'aws:principalaccount': accountOf(principal),
    'aws:principalarn': principalArn(principal),
    'aws:principaltype': kind === 'service' ? undefined : TYPES[kind],
    'aws:principalisawsservice': kind === 'anonymous' ? undefined : String(kind === 'service'),
    'aws:username': kind === 'user' ? lastName(principal.arn) : undefined,
    'aws:userid': userId(principal),
  };
  const known = Object.entries(keys).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  return new Map(known);
}

const TYPES: Readonly<Record<Exclude<Principal['kind'], 'service'>, string>> = {
  anonymous: 'Anonymous',
  root: 'Account',
  user: 'User',
  assumedRole: 'AssumedRole',
  federatedUser: 'FederatedUser',
};

/** Of a role session it is the role's. */
function principalArn(principal: Principal): string | undefined {
  if (principal.kind === 'anonymous' || principal.kind === 'service') return undefined;
  return principal.kind === 'assumedRole' ? principal.roleArn : principal.arn;
}

function userId(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'root':
      return principal.accountId;
    case 'federatedUser':
      return `${principal.accountId}:${lastName(principal.arn)}`;
    case 'user':
      return principal.uniqueId === UNKNOWN_ID ? undefined : principal.uniqueId;
    case 'assumedRole':
      if (principal.uniqueId === UNKNOWN_ID) return undefined;
      return `${principal.uniqueId}:${lastName(principal.arn)}`;
    default:
      return undefined;
  }
}

function lastName(arn: string): string | undefined {
  return arn.split('/').at(-1);
}
