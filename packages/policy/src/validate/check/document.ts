import { STATEMENT_ELEMENTS } from '../../parse/read-statement.ts';
import {
  type Check,
  EVERY_TYPE,
  eachStatement,
  type Found,
  found,
  IAM_TYPES,
  without,
} from '../check.ts';
import type { ElementTree, Place, StatementTree } from '../policy-tree.ts';

const DOCUMENT_ELEMENTS = ['Version', 'Id', 'Statement'];
const PAIRS = [
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
  ['Principal', 'NotPrincipal'],
] as const;

/** Which elements there are, and whether they hold what they may hold. */
export const documentChecks: readonly Check[] = [
  {
    code: 'JSON_SYNTAX_ERROR',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'the text is not JSON, or a name stands twice in one object',
    check: ({ tree }) =>
      tree.duplicates.map((name) =>
        found(name, `\`${name.text}\` stands twice in the same object`, 'keep one of the two'),
      ),
  },
  {
    code: 'DATA_TYPE_MISMATCH',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'a value is of a JSON type that cannot stand there',
    check: ({ tree }) =>
      tree.mismatches.map((place) =>
        found(place, 'a value of this JSON data type cannot stand here', `write ${place.expected}`),
      ),
  },
  {
    code: 'INVALID_POLICY_ELEMENT',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'the policy language has no such element',
    check: ({ tree }) => [
      ...unknownElements([...tree.elements.values()], DOCUMENT_ELEMENTS),
      ...tree.statements.flatMap(({ elements }) =>
        unknownElements([...elements.values()], STATEMENT_ELEMENTS),
      ),
    ],
  },
  {
    code: 'INVALID_VERSION',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'there is no such version of the policy language',
    check: ({ tree }) => {
      const version = tree.elements.get('Version');
      if (version === undefined || tree.version === undefined) return [];
      if (tree.version === '2012-10-17' || tree.version === '2008-10-17') return [];
      const message = `the version \`${tree.version}\` is not valid`;
      return [found(version, message, 'write `2012-10-17`')];
    },
  },
  {
    code: 'MISSING_VERSION',
    findingType: 'WARNING',
    policyTypes: EVERY_TYPE,
    meaning: 'without Version the older language applies, which has no variables',
    check: ({ tree }) => {
      if (tree.elements.has('Version')) return [];
      return [found(tree.root, 'the policy names no version', 'add `"Version": "2012-10-17"`')];
    },
  },
  {
    code: 'MISSING_STATEMENT',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'the policy has no statement',
    check: ({ tree }) => {
      const statement = tree.elements.get('Statement');
      const isEmpty = statement?.value.kind === 'array' && statement.value.items.length === 0;
      if (statement !== undefined && !isEmpty) return [];
      return [found(statement ?? tree.root, 'the policy has no statement', 'add one')];
    },
  },
  {
    code: 'MISSING_EFFECT',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'a statement has no Effect',
    check: eachStatement((statement) =>
      missing(statement, ['Effect'], 'add `Effect` with `Allow` or `Deny`'),
    ),
  },
  {
    code: 'INVALID_EFFECT',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'Effect is neither Allow nor Deny, in just these letters',
    check: eachStatement(({ elements, effect }) => {
      const element = elements.get('Effect');
      if (element?.value.kind !== 'string' || effect !== undefined) return [];
      const message = `the effect \`${element.value.text}\` is not valid`;
      return [found(element, message, 'use `Allow` or `Deny`')];
    }),
  },
  {
    code: 'MISSING_ACTION',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'a statement has neither Action nor NotAction',
    check: eachStatement((statement) =>
      missing(statement, ['Action', 'NotAction'], 'add `Action` or `NotAction`'),
    ),
  },
  {
    code: 'MISSING_RESOURCE',
    findingType: 'ERROR',
    policyTypes: without('trust'),
    meaning: 'a statement has neither Resource nor NotResource',
    check: eachStatement((statement) =>
      missing(statement, ['Resource', 'NotResource'], 'add `Resource` or `NotResource`'),
    ),
  },
  {
    code: 'UNSUPPORTED_ELEMENT_COMBINATION',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'an element and its Not twin stand in one statement',
    check: eachStatement(({ elements }) =>
      PAIRS.flatMap(([positive, negative]) => {
        const twin = elements.get(negative);
        if (twin === undefined || !elements.has(positive)) return [];
        const message = `\`${positive}\` and \`${negative}\` cannot stand in the same statement`;
        return [found(twin.namePlace, message, 'remove one of the two')];
      }),
    ),
  },
  {
    code: 'UNSUPPORTED_SID',
    findingType: 'ERROR',
    policyTypes: IAM_TYPES,
    meaning: 'a Sid has characters other than letters and digits',
    check: eachStatement(({ sid }) => {
      if (sid === undefined || /^[0-9A-Za-z]*$/.test(sid.text)) return [];
      const message = `the Sid \`${sid.text}\` has characters other than a-z, A-Z, 0-9`;
      return [found(sid, message, 'use letters and digits')];
    }),
  },
  {
    code: 'UNIQUE_SIDS_REQUIRED',
    findingType: 'ERROR',
    policyTypes: [...IAM_TYPES, 'serviceControl', 'resourceControl'],
    meaning: 'two statements have one Sid, where that is not allowed',
    check: ({ tree }) => repeatedSids(tree.statements),
  },
  {
    code: 'UNIQUE_SIDS_RECOMMENDED',
    findingType: 'WARNING',
    policyTypes: ['resource', 'vpcEndpoint'],
    meaning: 'two statements have one Sid, where services differ about it',
    check: ({ tree }) => repeatedSids(tree.statements),
  },
];

function unknownElements(elements: readonly ElementTree[], known: readonly string[]): Found[] {
  return elements
    .filter(({ name }) => !known.includes(name))
    .map(({ name, namePlace }) => {
      const meant = known.find((one) => one.toLowerCase() === name.toLowerCase());
      const help = meant === undefined ? `use one of ${known.join(', ')}` : `write \`${meant}\``;
      return found(namePlace, `the policy element \`${name}\` is not valid`, help);
    });
}

function missing(statement: StatementTree, names: readonly string[], help: string): Found[] {
  if (names.some((name) => statement.elements.has(name))) return [];
  return [found(statement, `the statement has no \`${names.join('` and no `')}\``, help)];
}

function repeatedSids(statements: readonly StatementTree[]): Found[] {
  const seen = new Set<string>();
  return statements.flatMap(({ sid }) => {
    if (sid === undefined || sid.text === '') return [];
    if (seen.has(sid.text)) return [repeatedSid(sid, sid.text)];
    seen.add(sid.text);
    return [];
  });
}

function repeatedSid(place: Place, sid: string): Found {
  return found(place, `an earlier statement has the Sid \`${sid}\` too`, 'give it another');
}
