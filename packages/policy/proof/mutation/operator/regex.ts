import { isRegularExpressionLiteral } from 'typescript/unstable/ast';
import type { Change } from '../mutant.ts';
import { type MutationOperator, replace } from './operator.ts';

/** Signs of a regular expression, each with what it may be taken for. */
const SIGNS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\\[dsw]/, ['.']],
  [/^\\./, []],
  [/^\[\^/, ['[']],
  [/^\[/, ['[^']],
  [/^\((?:\?:)?/, []],
  [/^[*+?]/, ['']],
  [/^\{(\d+)(?:,\d*)?\}/, ['']],
  [/^[\^$|]/, ['']],
];

/** Without an anchor, a quantifier, a bar or the flags; a class turned round. */
export const regex: MutationOperator = (node, around) => {
  if (!isRegularExpressionLiteral(node)) return [];
  const text = around.textOf(node);
  const last = text.lastIndexOf('/');
  const changes: Change[] = [];
  for (let index = 1, inClass = false; index < last; ) {
    const rest = text.slice(index, last);
    const [sign, others] = inClass ? inClassSign(rest) : outerSign(rest);
    for (const other of others) {
      const start = around.startOf(node) + index;
      changes.push({ operator: 'regex', start, end: start + sign.length, after: other });
    }
    if (sign.startsWith('[')) inClass = true;
    if (sign === ']') inClass = false;
    index += sign.length;
  }
  return [...changes, ...replace('regex', node, around, text.slice(0, last + 1))];
};

function outerSign(rest: string): readonly [string, readonly string[]] {
  for (const [form, others] of SIGNS) {
    const sign = form.exec(rest)?.[0];
    if (sign !== undefined) return [sign, others];
  }
  return [rest[0] ?? '', []];
}

/** In a class only ranges are changed, to their first character. */
function inClassSign(rest: string): readonly [string, readonly string[]] {
  const sign = /^(?:\\u[0-9a-f]{4}|\\.|[^\]])(?:-(?:\\u[0-9a-f]{4}|[^\]]))?/i.exec(rest)?.[0];
  if (sign === undefined) return [rest[0] ?? '', []];
  const range = /^(.+)-.+$/.exec(sign)?.[1];
  return [sign, range === undefined ? [] : [range]];
}
