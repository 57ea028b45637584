import { arnConditionPattern, parseArn } from '../match/arn.ts';
import { compilePattern, matchesPattern, type Pattern } from '../match/glob.ts';
import { parseTemplate, substitute, withoutVariables } from '../match/policy-variable.ts';
import type { Comparison } from './comparison.ts';

/**
 * ArnEquals and ArnLike, which do the same: six components, wildcards in each. What is no ARN, on
 * either side, does not match.
 */
export function arnComparison(policyValue: string, variables: boolean): Comparison {
  const template = parseTemplate(policyValue, variables);
  const tokens = withoutVariables(template);
  if (tokens === undefined) {
    return (value, source) => {
      const pattern = patternOf(substitute(template, source.resolve));
      return pattern !== undefined && isArn(value) && matchesPattern(pattern, value);
    };
  }
  const pattern = patternOf(tokens);
  if (pattern === undefined) return () => false;
  const matches = compilePattern(pattern);
  return (value) => isArn(value) && matches(value);
}

function patternOf(tokens: Pattern | undefined): Pattern | undefined {
  return tokens === undefined ? undefined : arnConditionPattern(tokens);
}

function isArn(value: string): boolean {
  return parseArn(value) !== undefined;
}
