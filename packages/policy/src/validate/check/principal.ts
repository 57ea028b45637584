import {
  type Check,
  eachStatement,
  type Found,
  found,
  IDENTITY_TYPES,
  PRINCIPAL_TYPES,
} from '../check.ts';
import type { PrincipalEntryTree } from '../policy-tree.ts';

const KEYS = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

/** Principal and NotPrincipal. */
export const principalChecks: readonly Check[] = [
  {
    code: 'MISSING_PRINCIPAL',
    findingType: 'ERROR',
    policyTypes: PRINCIPAL_TYPES,
    meaning: 'a statement does not say whom it is about',
    check: eachStatement((statement) =>
      statement.principal === undefined
        ? [found(statement, 'the statement has no `Principal`', 'add `Principal`')]
        : [],
    ),
  },
  {
    code: 'UNSUPPORTED_PRINCIPAL',
    findingType: 'ERROR',
    policyTypes: IDENTITY_TYPES,
    meaning: 'a policy that is attached to whom it is about names a principal',
    check: eachStatement(({ elements, principal }) => {
      const element = principal === undefined ? undefined : elements.get(principal.name);
      if (element === undefined) return [];
      const message = `this type of policy does not support \`${element.name}\``;
      return [found(element.namePlace, message, 'remove it: who is meant is said by attaching')];
    }),
  },
  {
    code: 'INVALID_PRINCIPAL_FORMAT',
    findingType: 'ERROR',
    policyTypes: PRINCIPAL_TYPES,
    meaning: 'Principal is neither `"*"` nor an object',
    check: eachStatement(({ elements, principal }) => {
      const value = principal === undefined ? undefined : elements.get(principal.name)?.value;
      if (principal === undefined || principal.everyone || value?.kind === 'object') return [];
      const message = `the contents of \`${principal.name}\` are not valid`;
      return [found(principal, message, 'write an object such as `{"AWS": "111122223333"}`')];
    }),
  },
  {
    code: 'INVALID_PRINCIPAL_KEY',
    findingType: 'ERROR',
    policyTypes: PRINCIPAL_TYPES,
    meaning: 'there is no such type of principal',
    check: eachStatement(({ elements, principal }) => {
      const value = principal === undefined ? undefined : elements.get(principal.name)?.value;
      if (principal === undefined || value?.kind !== 'object') return [];
      return value.members
        .filter(({ name }) => !KEYS.includes(name.text))
        .map(({ name: { text, start, end } }) => {
          const place = { path: `${principal.path}.${text}`, start, end };
          return found(
            place,
            `the principal key \`${text}\` is not valid`,
            `use ${KEYS.join(', ')}`,
          );
        });
    }),
  },
  {
    code: 'UNSUPPORTED_WILDCARD_IN_PRINCIPAL',
    findingType: 'ERROR',
    policyTypes: PRINCIPAL_TYPES,
    meaning: 'a principal is named by a pattern',
    check: eachEntry(({ type, text }) => {
      if (!/[*?]/.test(text) || (type === 'AWS' && text === '*')) return undefined;
      return [`a wildcard is not supported with \`${type}\``, 'name the principal in full'];
    }),
  },
  {
    code: 'INVALID_ROLE_REFERENCE',
    findingType: 'WARNING',
    policyTypes: PRINCIPAL_TYPES,
    meaning: 'a role is named by its id',
    check: eachEntry(({ type, text }) => {
      if (type !== 'AWS' || !/^AROA[A-Z0-9]+(?::|$)/.test(text)) return undefined;
      return [`\`${text}\` has the id of a role`, "use the role's ARN"];
    }),
  },
  {
    code: 'INVALID_USER_REFERENCE',
    findingType: 'WARNING',
    policyTypes: PRINCIPAL_TYPES,
    meaning: 'a user is named by its id',
    check: eachEntry(({ type, text }) => {
      if (type !== 'AWS' || !/^AIDA[A-Z0-9]+$/.test(text)) return undefined;
      return [`\`${text}\` is the id of a user`, "use the user's ARN"];
    }),
  },
  {
    code: 'ALLOW_WITH_NOT_PRINCIPAL',
    findingType: 'SECURITY_WARNING',
    policyTypes: ['resource', 'vpcEndpoint', 'trust'],
    meaning: 'Allow with NotPrincipal lets in everybody else, anonymous callers too',
    check: eachStatement(({ effect, principal }) => {
      if (effect !== 'Allow' || principal?.negated !== true) return [];
      const message = '`Allow` with `NotPrincipal` lets in everybody who is not named';
      return [found(principal, message, 'name who is let in, in `Principal`')];
    }),
  },
  {
    code: 'FEDERATED_PRINCIPAL_NOT_SUPPORTED',
    findingType: 'ERROR',
    policyTypes: ['resource', 'vpcEndpoint'],
    meaning: 'only a role trust policy may name an identity provider',
    check: eachEntry(({ type }) => {
      if (type !== 'Federated') return undefined;
      const message = 'this type of policy does not support a federated identity provider';
      return [message, 'name the role that federated callers assume'];
    }),
  },
];

function eachEntry(
  find: (entry: PrincipalEntryTree) => readonly [string, string] | undefined,
): Check['check'] {
  return eachStatement(({ principal }) =>
    (principal?.entries ?? []).flatMap((entry): Found[] => {
      const problem = find(entry);
      return problem === undefined ? [] : [found(entry, ...problem)];
    }),
  );
}
