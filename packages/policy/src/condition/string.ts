import { compileTemplate, fitsTemplate } from '../match/compiled-template.ts';
import { foldAscii } from '../match/fold-ascii.ts';
import {
  fillPieces,
  isJoined,
  literalText,
  parseTemplate,
  piecesOf,
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
  const pieces = piecesOf(template);
  return (value, source) => {
    const texts = fillPieces(pieces, (one) => source.resolve(one));
    if (texts === undefined) return false;
    return fold === undefined ? isJoined(texts, value) : isJoined(texts.map(fold), fold(value));
  };
}

function likeComparison(template: Template): Comparison {
  const compiled = compileTemplate(template);
  return (value, source) => fitsTemplate(compiled, value, source);
}
