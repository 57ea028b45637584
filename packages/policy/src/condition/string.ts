import { foldAscii } from '../match/fold-ascii.ts';
import { compilePattern, matchesPattern } from '../match/glob.ts';
import {
  literalText,
  parseTemplate,
  substitute,
  withoutVariables,
} from '../match/policy-variable.ts';
import type { Comparison } from './comparison.ts';

/** StringEquals, StringEqualsIgnoreCase and StringLike. */
export function stringComparison(
  comparison: string,
  policyValue: string,
  variables: boolean,
): Comparison {
  if (comparison === 'StringLike') return likeComparison(policyValue, variables);
  const fold = comparison === 'StringEqualsIgnoreCase' ? foldAscii : (text: string) => text;
  const template = parseTemplate(policyValue, variables);
  const tokens = withoutVariables(template);
  if (tokens !== undefined) {
    const expected = fold(literalText(tokens));
    return (value) => fold(value) === expected;
  }
  return (value, source) => {
    const substituted = substitute(template, source.resolve);
    return substituted !== undefined && fold(value) === fold(literalText(substituted));
  };
}

function likeComparison(policyValue: string, variables: boolean): Comparison {
  const template = parseTemplate(policyValue, variables);
  const tokens = withoutVariables(template);
  if (tokens !== undefined) return compilePattern(tokens);
  return (value, source) => {
    const substituted = substitute(template, source.resolve);
    return substituted !== undefined && matchesPattern(substituted, value);
  };
}
