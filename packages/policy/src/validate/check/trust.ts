import { parseArn } from '../../match/arn.ts';
import { compileMatcher } from '../../match/compiled-pattern.ts';
import { foldAscii } from '../../match/fold-ascii.ts';
import { globPattern } from '../../match/glob.ts';
import { type Check, eachStatement, type Found, found } from '../check.ts';
import { isProviderPrefix } from '../condition-facts.ts';
import type { PrincipalEntryTree, StatementTree } from '../policy-tree.ts';

/** What only role trust policies have to keep. */
export const trustChecks: readonly Check[] = [
  trustCheck(
    'ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL',
    'a role trust policy has NotPrincipal',
    ({ elements }) => {
      const element = elements.get('NotPrincipal');
      if (element === undefined) return [];
      const message = 'a role trust policy does not support `NotPrincipal`';
      return [found(element.namePlace, message, 'use `Principal`')];
    },
  ),
  trustCheck(
    'ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL',
    'a role trust policy has `"Principal": "*"`',
    ({ principal }) => {
      if (principal?.everyone !== true) return [];
      const message = 'a role trust policy does not support `"Principal": "*"`';
      return [found(principal, message, 'name the principals that may assume the role')];
    },
  ),
  trustCheck(
    'ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE',
    'a role trust policy has Resource or NotResource',
    ({ elements }) =>
      ['Resource', 'NotResource'].flatMap((name) => {
        const element = elements.get(name);
        if (element === undefined) return [];
        const message = `a role trust policy is about its role and has no \`${name}\``;
        return [found(element.namePlace, message, 'remove it')];
      }),
  ),
  trustCheck(
    'INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY',
    'an identity provider is neither a domain name nor the ARN of a provider',
    ({ principal }) =>
      (principal?.entries ?? [])
        .filter((entry) => entry.type === 'Federated' && providerKind(entry.text) === undefined)
        .map((entry) => {
          const message = `\`${entry.text}\` is no federated principal`;
          return found(entry, message, 'use a domain name or the ARN of a SAML provider');
        }),
  ),
  trustCheck(
    'MISMATCHED_ACTION_FOR_PRINCIPAL',
    'a way to assume the role that the named principals do not have',
    mismatchedActions,
  ),
  {
    code: 'MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY',
    findingType: 'ERROR',
    policyTypes: ['trust'],
    meaning: 'IAM Roles Anywhere is not let do all that it needs',
    check: ({ tree }) => missingForRolesAnywhere(tree.statements),
  },
  {
    code: 'REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY',
    findingType: 'SUGGESTION',
    policyTypes: ['trust'],
    meaning: 'a session is named beside its role',
    check: eachStatement(({ principal }) => sessionsBesideRoles(principal?.entries ?? [])),
  },
];

function trustCheck(
  code: string,
  meaning: string,
  find: (statement: StatementTree) => readonly Found[],
): Check {
  return {
    code,
    findingType: 'ERROR',
    policyTypes: ['trust'],
    meaning,
    check: eachStatement(find),
  };
}

type ProviderKind = 'saml' | 'webIdentity';

function providerKind(text: string): ProviderKind | undefined {
  const arn = parseArn(text);
  if (arn === undefined) return isProviderPrefix(text) ? 'webIdentity' : undefined;
  if (arn.service !== 'iam' || !/^\d{12}$/.test(arn.accountId)) return undefined;
  if (/^saml-provider\/[^*?]+$/.test(arn.resource)) return 'saml';
  return /^oidc-provider\/[^*?]+$/.test(arn.resource) ? 'webIdentity' : undefined;
}

/** Which kind of provider a way to assume a role is for; `none` for no provider at all. */
const WAYS: ReadonlyMap<string, ProviderKind | 'none'> = new Map([
  ['sts:assumerole', 'none'],
  ['sts:assumerolewithsaml', 'saml'],
  ['sts:assumerolewithwebidentity', 'webIdentity'],
]);

/** Where several ways and principals share a statement, each needs one of the others. */
function mismatchedActions({ effect, action, principal }: StatementTree): Found[] {
  if (effect !== 'Allow' || action?.negated !== false || principal?.negated !== false) return [];
  const ways = action.values.flatMap((value) => {
    const kind = WAYS.get(foldAscii(value.text));
    return kind === undefined ? [] : [{ value, kind }];
  });
  const wanted = new Set(ways.map(({ kind }) => kind));
  const entries = principal.entries.map((entry) => ({
    name: `\`${entry.text}\``,
    kind: entry.type === 'Federated' ? providerKind(entry.text) : ('none' as const),
  }));
  const present = new Set(entries.map(({ kind }) => kind));
  // What is no provider at all has a finding of its own.
  const misplaced = entries.filter(({ kind }) => kind !== undefined && !wanted.has(kind));
  return ways.flatMap(({ value, kind }) => {
    const strangers = present.has(kind) || present.has(undefined) ? misplaced : entries;
    const names = strangers.slice(0, MOST_NAMES).map(({ name }) => name);
    if (names.length === 0) return [];
    const message = `\`${value.text}\` is not valid with ${names.join(', ')}`;
    const help =
      'a SAML provider takes `sts:AssumeRoleWithSAML`, an OIDC provider ' +
      '`sts:AssumeRoleWithWebIdentity`, everybody else `sts:AssumeRole`';
    return [found(value, message, help)];
  });
}

/** More names than this help nobody. */
const MOST_NAMES = 10;

const ROLES_ANYWHERE = 'rolesanywhere.amazonaws.com';
const ROLES_ANYWHERE_ACTIONS = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'];

function missingForRolesAnywhere(statements: readonly StatementTree[]): Found[] {
  const about = statements.filter(
    ({ effect, principal }) =>
      effect === 'Allow' && principal?.entries.some(({ text }) => text === ROLES_ANYWHERE),
  );
  const first = about[0];
  if (first === undefined) return [];
  const missing = ROLES_ANYWHERE_ACTIONS.filter(
    (name) => !about.some(({ action }) => action?.values.some(({ text }) => means(text, name))),
  );
  if (missing.length === 0) return [];
  const names = missing.map((name) => `\`${name}\``).join(' and ');
  const message = `\`${ROLES_ANYWHERE}\` needs ${names} as well`;
  return [found(first.action ?? first, message, 'add what is missing to `Action`')];
}

function means(text: string, action: string): boolean {
  return compileMatcher(globPattern(foldAscii(text)))(foldAscii(action));
}

function sessionsBesideRoles(entries: readonly PrincipalEntryTree[]): Found[] {
  const roles = new Map<string, string>();
  for (const { text } of entries) {
    const arn = parseArn(text);
    if (arn?.service !== 'iam' || !arn.resource.startsWith('role/')) continue;
    roles.set(`${arn.accountId} ${arn.resource.slice(arn.resource.lastIndexOf('/') + 1)}`, text);
  }
  return entries.flatMap((entry) => {
    const arn = parseArn(entry.text);
    const roleName = /^assumed-role\/([^/]+)\//.exec(arn?.resource ?? '')?.[1];
    const role = roles.get(`${arn?.accountId} ${roleName}`);
    if (roleName === undefined || role === undefined) return [];
    const message = `the session \`${entry.text}\` is one of the role \`${role}\``;
    return [found(entry, message, 'remove the session')];
  });
}
