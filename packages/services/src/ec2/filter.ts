import type { Filter } from '@aws-sdk/client-ec2';
import { ANY_ONE, ANY_RUN, compileMatcher, type Matcher, type Pattern } from '@carnet/policy';
import { takeTurns } from '../iam/simulation/give-way.ts';
import { filterLimitExceeded, invalidParameterValue, missingParameter } from './error.ts';

/**
 * Filters of the Describe operations: each of them has to be met, by any of its values. Values tell
 * case apart, and may hold wildcards. Source: "List and filter your resources", Amazon EC2 User Guide.
 */
export interface Filters {
  /** Whether a row meets them all; others have their turns meanwhile. */
  meet<Row>(row: Row, valuesOf: ValuesOf<Row>): Promise<boolean>;
  /** What values with wildcards have cost so far, each time that one was held against a text. */
  cost(): number;
}

/** What a row has under the name of a filter; undefined: there is no filter of that name. */
export type ValuesOf<Row> = (row: Row, name: string) => readonly string[] | undefined;

/** AWS's, of all filters of a call. */
const mostValues = 200;

/** Throws what AWS answers to a filter that is none; `names` are those that the operation has. */
export function checkFilters(
  filters: readonly Filter[] | undefined,
  names: readonly string[],
): Filters {
  const given = filters ?? [];
  const count = given.reduce((sum, { Values }) => sum + (Values?.length ?? 0), 0);
  if (count > mostValues) {
    throw filterLimitExceeded(
      `The maximum number of filter values specified on a single call is ${mostValues}`,
    );
  }
  return compileFilters(
    given.map(({ Name, Values = [] }) => {
      if (Name === undefined || Name === '') throw missingParameter('Filter.Name');
      const isTag = /^tag:./s.test(Name) && names.includes('tag:');
      if (!isTag && (Name === 'tag:' || !names.includes(Name))) {
        throw invalidParameterValue(`The filter '${Name.slice(0, 128)}' is invalid`);
      }
      return { Name, Values };
    }),
  );
}

/** A filter taken apart once for all rows. */
interface CompiledFilter {
  readonly name: string;
  readonly plain: ReadonlySet<string>;
  readonly patterns: readonly CompiledValue[];
}

interface CompiledValue {
  readonly matcher: Matcher;
  readonly cost: number;
}

/** Microseconds at the worst: what stands between runs is found natively, the rest is walked. */
const costs = { runs: 2, walk: 60 };

function compileFilters(filters: readonly Required<Filter>[]): Filters {
  const compiled = filters.map(({ Name = '', Values = [] }): CompiledFilter => {
    const plain = new Set(Values.filter((value) => !hasWildcard(value)));
    const patterns = Values.filter(hasWildcard).map((value) => ({
      matcher: matcherOf(value),
      cost: value.includes('?') ? costs.walk : costs.runs,
    }));
    return { name: Name, plain, patterns };
  });
  const pause = takeTurns();
  let spent = 0;
  const fits = ({ matcher, cost }: CompiledValue, text: string) => {
    spent += cost;
    return matcher(text);
  };
  return {
    cost: () => spent,
    async meet(row, valuesOf) {
      for (const filter of compiled) {
        if (!(await meetsOne(filter, valuesOf(row, filter.name) ?? [], fits, pause))) return false;
      }
      return true;
    },
  };
}

async function meetsOne(
  { plain, patterns }: CompiledFilter,
  texts: readonly string[],
  fits: (value: CompiledValue, text: string) => boolean,
  pause: ReturnType<typeof takeTurns>,
): Promise<boolean> {
  if (texts.some((text) => plain.has(text))) return true;
  if (patterns.length === 0) return false;
  for (const text of texts) {
    // An instance has fifty tags, and a call two hundred values.
    await pause();
    if (patterns.some((value) => fits(value, text))) return true;
  }
  return false;
}

function hasWildcard(value: string): boolean {
  return /[*?\\]/.test(value);
}

/**
 * Whether a text fits a value: `*` is any run of characters, `?` is one, and a backslash takes the
 * meaning from what follows it. In a time that no value draws out.
 */
export function matcherOf(value: string): Matcher {
  const pattern: number[] = [];
  for (let index = 0; index < value.length; index++) {
    const character = value[index];
    if (character === '*') pattern.push(ANY_RUN);
    else if (character === '?') pattern.push(ANY_ONE);
    else {
      if (character === '\\' && index + 1 < value.length) index++;
      pattern.push(value.charCodeAt(index));
    }
  }
  return compileMatcher(pattern satisfies Pattern);
}
