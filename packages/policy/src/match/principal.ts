import type { PrincipalElement, PrincipalEntry } from '../policy-document.ts';
import type { Principal } from '../principal.ts';
import { parseArn } from './arn.ts';

/**
 * How near a policy's Principal comes to the caller, from nothing to by name.
 * - `account`: it names the account only, and so delegates to that account's policies.
 * - `role`: it names the role behind the session, or the user behind the federated session.
 * - `direct`: it names the caller, or everybody.
 */
export type PrincipalMatch = 'none' | 'account' | 'role' | 'direct';

const NEARNESS: Readonly<Record<PrincipalMatch, number>> = {
  none: 0,
  account: 1,
  role: 2,
  direct: 3,
};

export function nearer(one: PrincipalMatch, other: PrincipalMatch): PrincipalMatch {
  return one === other || NEARNESS[one] > NEARNESS[other] ? one : other;
}

/** An entry of a Principal element: how near it comes to a caller. */
export type PrincipalMatcher = (principal: Principal) => PrincipalMatch;

const ACCOUNT_ID = /^\d{12}$/;

export function compilePrincipalEntry(entry: PrincipalEntry): PrincipalMatcher {
  const text = entry.value.text;
  switch (entry.type) {
    case '*':
      return () => 'direct';
    case 'Service':
      return (principal) =>
        principal.kind === 'service' && principal.service === text ? 'direct' : 'none';
    case 'AWS':
      return text === '*' ? () => 'direct' : compileAwsEntry(text);
    // A caller who comes through a provider is none of `Principal` yet, and nobody has a canonical id.
    case 'Federated':
    case 'CanonicalUser':
      return () => 'none';
  }
}

function compileAwsEntry(text: string): PrincipalMatcher {
  const account = accountNamed(text);
  if (account !== undefined) {
    const { accountId, partition } = account;
    return (principal) => {
      if (accountOf(principal) !== accountId) return 'none';
      return partition === undefined || isOfPartition(principal, partition) ? 'account' : 'none';
    };
  }
  return (principal) => {
    switch (principal.kind) {
      case 'anonymous':
      case 'service':
      case 'root':
        return 'none';
      case 'user':
        return principal.arn === text || principal.uniqueId === text ? 'direct' : 'none';
      case 'assumedRole':
        if (principal.roleArn === text || principal.uniqueId === text) return 'role';
        return principal.arn === text || sessionId(principal) === text ? 'direct' : 'none';
      case 'federatedUser':
        if (principal.arn === text) return 'direct';
        return principal.userArn === text || principal.uniqueId === text ? 'role' : 'none';
    }
  };
}

/** A session by its role's unique id, `AROA…:app`: of a role made again it is another. */
function sessionId({ uniqueId, arn }: Principal & { readonly kind: 'assumedRole' }): string {
  return `${uniqueId}:${arn.slice(arn.lastIndexOf('/') + 1)}`;
}

/** The account of `123456789012` or `arn:aws:iam::123456789012:root`, which has a partition too. */
function accountNamed(
  text: string,
): { readonly accountId: string; readonly partition?: string } | undefined {
  if (ACCOUNT_ID.test(text)) return { accountId: text };
  const arn = parseArn(text);
  return arn?.service === 'iam' && arn.resource === 'root' ? arn : undefined;
}

/** One number is an account of another owner in another partition. */
function isOfPartition(principal: Principal, partition: string): boolean {
  return 'arn' in principal && principal.arn.startsWith(`arn:${partition}:`);
}

export function accountOf(principal: Principal): string | undefined {
  return principal.kind === 'anonymous' || principal.kind === 'service'
    ? undefined
    : principal.accountId;
}

/** What a whole Principal or NotPrincipal element says about a caller, for one effect. */
export interface PrincipalQuestion {
  readonly principal: Principal;
  /** A Deny with NotPrincipal always denies a caller that carries a permissions boundary. */
  readonly hasBoundary: boolean;
}

export function compilePrincipalElement(
  element: PrincipalElement,
  effect: 'Allow' | 'Deny',
): (question: PrincipalQuestion) => PrincipalMatch {
  const entries = element.entries.map(compilePrincipalEntry);
  const nearest = (principal: Principal): PrincipalMatch => {
    let best: PrincipalMatch = 'none';
    for (const entry of entries) best = nearer(best, entry(principal));
    return best;
  };
  if (!element.negated) return ({ principal }) => nearest(principal);
  if (effect === 'Allow') {
    // Whoever is named in any way is left out; all others, anonymous included, are "everybody".
    return ({ principal }) => (nearest(principal) === 'none' ? 'direct' : 'none');
  }
  const everybody = element.entries.some(isEverybody);
  return ({ principal, hasBoundary }) => {
    if (hasBoundary) return 'direct';
    return everybody || isWhollyListed(entries, principal) ? 'none' : 'direct';
  };
}

function isEverybody(entry: PrincipalEntry): boolean {
  return entry.type === '*' || (entry.type === 'AWS' && entry.value.text === '*');
}

/**
 * A NotPrincipal in a Deny excepts a caller only when everything that stands for the caller is
 * listed: account and user; account, role and session; the service; the account for its root user.
 */
function isWhollyListed(entries: readonly PrincipalMatcher[], principal: Principal): boolean {
  const has = (match: PrincipalMatch): boolean =>
    entries.some((entry) => entry(principal) === match);
  switch (principal.kind) {
    case 'anonymous':
      return false;
    case 'service':
      return has('direct');
    case 'root':
      return has('account');
    case 'user':
      return has('account') && has('direct');
    case 'assumedRole':
    case 'federatedUser':
      return has('account') && has('role') && has('direct');
  }
}
