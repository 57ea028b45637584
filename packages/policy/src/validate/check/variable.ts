import { type Check, type CheckContext, EVERY_TYPE, type Found, found } from '../check.ts';
import type { PlacedText, StatementTree } from '../policy-tree.ts';

/** In one value. Nobody needs so many, and the first that is wrong is told. */
const MOST_VARIABLES = 1_000;

/** What stands from a `${` on. */
interface WrittenVariable {
  readonly source: string;
  /** Between the braces and before the comma. */
  readonly name: string;
  /** Behind the comma. */
  readonly fallback: string | undefined;
  readonly isClosed: boolean;
}

/**
 * `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and what only looks like it. Of several
 * variables in one value the first that is wrong is told.
 */
export const variableChecks: readonly Check[] = [
  variableCheck(
    'MISSING_BRACE_IN_VARIABLE',
    'a variable has no closing brace',
    ({ isClosed }) => !isClosed,
    ['has no closing brace', 'add `}` behind it'],
  ),
  variableCheck(
    'MISSING_QUOTE_IN_VARIABLE',
    "a variable's default is not between single quotes",
    ({ isClosed, fallback }) =>
      isClosed && fallback !== undefined && !/^\s*'[^']*'\s*$/.test(fallback),
    ['has a default that is not between single quotes', 'put the default between single quotes'],
  ),
  variableCheck(
    'UNSUPPORTED_SPACE_IN_VARIABLE',
    "a variable's name holds white space",
    ({ isClosed, name }) => isClosed && name.trim() !== '' && /\s/.test(withoutTagKey(name)),
    ['has a space in its name', 'remove the space'],
  ),
  variableCheck(
    'EMPTY_VARIABLE',
    'a variable has no name',
    ({ isClosed, name }) => isClosed && name.trim() === '',
    ['names no key', 'name one, or remove the braces'],
  ),
  {
    code: 'VARIABLE_UNSUPPORTED_IN_ELEMENT',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'a variable stands outside of Resource and Condition',
    check: ({ tree }) =>
      tree.statements.flatMap((statement) =>
        plainTexts(statement).flatMap((value) =>
          writtenVariables(value.text)
            .filter(isWellFormed)
            .slice(0, 1)
            .map(({ source }) => {
              const message = `the variable \`${source}\` has no meaning in this element`;
              return found(value, message, 'variables belong to `Resource` and `Condition`');
            }),
        ),
      ),
  },
  {
    code: 'VARIABLE_UNSUPPORTED_IN_VERSION',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'a variable in a language version that has none is plain text',
    check: (context) => {
      if (context.tree.version === '2012-10-17') return [];
      return variableTexts(context).flatMap((value) =>
        writtenVariables(value.text)
          .filter(isWellFormed)
          .slice(0, 1)
          .slice(0, 1)
          .map(({ source }) => {
            const message = `in this version of the language \`${source}\` is plain text`;
            return found(value, message, 'add `"Version": "2012-10-17"`');
          }),
      );
    },
  },
  {
    code: 'INVALID_VARIABLE_FOR_OPERATOR',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'a variable is compared by an operator other than those for strings and ARNs',
    check: ({ tree }) =>
      tree.statements.flatMap(({ conditions }) =>
        conditions
          .filter(({ facts }) => facts !== undefined && !takesVariables(facts.family))
          .flatMap(({ operator, values }) =>
            values.flatMap((value) =>
              writtenVariables(value.text)
                .filter(isWellFormed)
                .slice(0, 1)
                .map(({ source }) => {
                  const message = `\`${operator}\` does not read the variable \`${source}\``;
                  return found(value, message, 'use an operator for strings or ARNs');
                }),
            ),
          ),
      ),
  },
];

function variableCheck(
  code: string,
  meaning: string,
  isWrong: (variable: WrittenVariable) => boolean,
  [message, help]: readonly [string, string],
): Check {
  return {
    code,
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning,
    check: (context): Found[] => {
      if (context.tree.version !== '2012-10-17') return [];
      return variableTexts(context).flatMap((value) =>
        writtenVariables(value.text)
          .filter(isWrong)
          .slice(0, 1)
          .map(({ source }) => found(value, `the variable \`${source}\` ${message}`, help)),
      );
    },
  };
}

function takesVariables(family: string): boolean {
  return family === 'string' || family === 'arn';
}

/** Where variables may stand. */
function variableTexts({ tree }: CheckContext): readonly PlacedText[] {
  return tree.statements.flatMap(({ resource, conditions }) => [
    ...(resource?.values ?? []),
    ...conditions.flatMap((condition) => condition.values),
  ]);
}

/** Where they may not. */
function plainTexts({ sid, action, principal }: StatementTree): readonly PlacedText[] {
  return [
    ...(sid === undefined ? [] : [sid]),
    ...(action?.values ?? []),
    ...(principal?.entries ?? []),
  ];
}

function isWellFormed({ isClosed, name }: WrittenVariable): boolean {
  return isClosed && /^[^\s:/]+:\S/.test(name);
}

/** A tag's key may hold spaces. */
function withoutTagKey(name: string): string {
  const slash = name.indexOf('/');
  return slash < 0 ? name : name.slice(0, slash);
}

function writtenVariables(text: string): readonly WrittenVariable[] {
  const variables: WrittenVariable[] = [];
  let close = text.indexOf('}');
  for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', start + 2)) {
    if (close >= 0 && close < start) close = text.indexOf('}', start);
    const variable = writtenVariable(text, start, close);
    if (variable !== undefined) variables.push(variable);
    if (variables.length === MOST_VARIABLES) break;
  }
  return variables;
}

/** Undefined for `${*}`, `${?}` and `${$}`, which stand for the character. */
function writtenVariable(text: string, start: number, close: number): WrittenVariable | undefined {
  if (/^[*?$]\}/.test(text.slice(start + 2, start + 4))) return undefined;
  const next = text.indexOf('${', start + 2);
  if (close < 0 || (next >= 0 && next < close)) {
    const source = next < 0 ? text.slice(start) : text.slice(start, next);
    return { source, name: source.slice(2), fallback: undefined, isClosed: false };
  }
  const inner = text.slice(start + 2, close);
  const comma = inner.indexOf(',');
  return {
    source: text.slice(start, close + 1),
    name: comma < 0 ? inner : inner.slice(0, comma),
    fallback: comma < 0 ? undefined : inner.slice(comma + 1),
    isClosed: true,
  };
}
