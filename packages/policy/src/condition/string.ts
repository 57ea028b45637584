import { compileTemplate, fitsTemplate } from '../match/compiled-template.ts';
import { foldAscii } from '../match/fold-ascii.ts';
import {
  literalText,
  parseTemplate,
  substitute,
  type Template,
  withoutVariables,
} from '../match/policy-variable.ts';
import type { Comparison } from './comparison.ts';

/** StringEquals, StringEqualsIgnoreCase and StringLike. */
export function stringComparison(
  comparison: string,
  policyValue: string,
  variables: boolean,
): Comparison {
  const template = parseTemplate(policyValue, variables);
  if (comparison === 'StringLike') return likeComparison(template);
  const fold = comparison === 'StringEqualsIgnoreCase' ? foldAscii : undefined;
  const tokens = withoutVariables(template);
  if (tokens !== undefined) {
    const expected = literalText(tokens);
    if (fold === undefined) return (value) => value === expected;
    const folded = fold(expected);
    return (value) => fold(value) === folded;
  }
  const [variable, ...more] = template;
  if (fold === undefined && typeof variable === 'object' && more.length === 0) {
    return (value, source) => source.resolve(variable) === value;
  }
  return (value, source) => {
    const substituted = substitute(template, (one) => source.resolve(one));
    if (substituted === undefined) return false;
    const expected = literalText(substituted);
    return fold === undefined ? value === expected : fold(value) === fold(expected);
  };
}

function likeComparison(template: Template): Comparison {
  const compiled = compileTemplate(template);
  return (value, source) => fitsTemplate(compiled, value, source);
}
