import { invalidArgument } from './s3-error.ts';

const maximumPageSize = 1000;

/** The size of a page: at most and by default 1,000; 0 is a page of nothing. */
export function pageSize(asked: number | undefined, parameter: string): number {
  if (asked === undefined) return maximumPageSize;
  if (!Number.isInteger(asked) || asked < 0 || asked > 2 ** 31 - 1) {
    throw invalidArgument(
      `Argument ${parameter} must be an integer between 0 and 2147483647`,
      parameter,
      String(asked),
    );
  }
  return Math.min(asked, maximumPageSize);
}
