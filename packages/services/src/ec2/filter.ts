import type { Filter } from '@aws-sdk/client-ec2';
import { ANY_ONE, ANY_RUN, matchesPattern, type Pattern } from '@carnet/policy';
import { invalidParameterValue, missingParameter } from './error.ts';

/**
 * Filters of the Describe operations: each of them has to be met, by any of its values. Values tell
 * case apart, and may hold wildcards. Source: "List and filter your resources", Amazon EC2 User Guide.
 */

/** What a row has under the name of a filter; undefined: there is no filter of that name. */
export type ValuesOf<Row> = (row: Row, name: string) => readonly string[] | undefined;

const mostFilters = 50;
const mostValues = 200;
/** Characters. */
const longestValue = 255;

/** Throws what AWS answers to a filter that is none; `names` are those that the operation has. */
export function checkFilters(
  filters: readonly Filter[] | undefined,
  names: readonly string[],
): readonly Required<Filter>[] {
  const given = filters ?? [];
  const count = given.reduce((sum, { Values }) => sum + (Values?.length ?? 0), 0);
  if (given.length > mostFilters || count > mostValues) {
    throw invalidParameterValue('The maximum number of filters or of filter values is exceeded');
  }
  return given.map(({ Name, Values = [] }) => {
    if (Name === undefined || Name === '') throw missingParameter('Filter.Name');
    const isTag = /^tag:./s.test(Name) && names.includes('tag:');
    if (!isTag && (Name === 'tag:' || !names.includes(Name))) {
      throw invalidParameterValue(`The filter '${Name.slice(0, 128)}' is invalid`);
    }
    if (Values.some(({ length }) => length > longestValue)) {
      throw invalidParameterValue(`A value of the filter '${Name.slice(0, 128)}' is too long`);
    }
    return { Name, Values };
  });
}

/** Whether a row meets all filters. */
export function meets<Row>(
  row: Row,
  filters: readonly Required<Filter>[],
  valuesOf: ValuesOf<Row>,
): boolean {
  return filters.every(({ Name = '', Values = [] }) => {
    const found = valuesOf(row, Name) ?? [];
    return Values.some((value) => found.some((one) => fits(value, one)));
  });
}

/**
 * Whether a text fits a value: `*` is any run of characters, `?` is one, and a backslash takes the
 * meaning from what follows it.
 */
export function fits(value: string, text: string): boolean {
  if (!/[*?\\]/.test(value)) return value === text;
  return matchesPattern(patternOf(value), text);
}

function patternOf(value: string): Pattern {
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
  return pattern;
}
