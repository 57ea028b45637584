import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openEngineSource } from './engine-source.ts';
import { collectWords, findMutants } from './find-mutants.ts';

const FILE = 'src/match/fold-ascii.ts';
const source = openEngineSource();
after(() => source.close());

/** What becomes of each place of a text, `operator: before → after`. */
function changes(text: string): string[] {
  const tree = source.parse(FILE, text);
  return findMutants(FILE, tree, collectWords([tree])).map(
    ({ operator, before, after: changed }) => `${operator}: ${before} → ${changed}`,
  );
}

const ROWS: readonly (readonly [string, readonly string[]])[] = [
  ['if (a) b();', ['condition: a → true', 'condition: a → false', 'negation: a → !(a)']],
  ['const x = a ? b : c;', ['ternary: a ? b : c → (a ? c : b)']],
  ['const x = a < b;', ['comparison: a < b → (a <= b)', 'comparison: a < b → (a >= b)']],
  ['const x = a === b;', ['comparison: a === b → (a !== b)']],
  ['const x = a && b;', ['logic: a && b → (a || b)', 'operand: a && b → (a)']],
  ['const x = a ?? b;', ['operand: a ?? b → (a)', 'operand: a ?? b → (b)']],
  ['const x = a + b;', ['arithmetic: a + b → (a - b)']],
  ['x += 7;', ['arithmetic: x += 7 → (x -= 7)', 'number: 7 → (7 + 1)', 'statement: x += 7; → ;']],
  ['const x = !a;', ['unary: !a → (a)']],
  ['x++;', ['unary: x++ → x--']],
  ['const f = () => a;', ['answer: a → true', 'answer: a → undefined']],
  ['function f() { return a; }', ['statement: return a; → ;', 'answer: a → false']],
  ['function f() { g(); }', ['body: { g(); } → {}', 'statement: g(); → ;']],
  ['if (a) b(); else c();', ['statement: c(); → {}']],
  ['switch (a) { case 1: b(); }', ['clause: case 1: b(); → ']],
  ['const x = true;', ['boolean: true → false']],
  [`const x = 'a';`, [`string: 'a' → ''`]],
  [`type Sort = 'a' | 'b'; const x = 'a';`, [`word: 'a' → 'b'`]],
  [`const x = \`a\${b}c\`;`, ['string: a → ', 'string: c → ']],
  ['const x = [a, b];', ['empty: [a, b] → []', 'element: a,  → ', 'element: , b → ']],
  ['const x = { a, ...b };', ['empty: { a, ...b } → ({})', 'spread: , ...b → ']],
  ['function f(a = 5) {}', ['default: a = 5 → a']],
  ['const x = /^a+[b-d]$/i;', ['regex: ^ → ', 'regex: + → ', 'regex: [ → [^', 'regex: b-d → b']],
  ['f(a, b);', ['argument: , b → ', 'swap: a, b → b, a', 'call: f(a, b) → (a)']],
  ['a.some(b);', ['method: some → every', 'call: a.some(b) → (a)']],
  ['const x = a?.b;', ['optional: ?. → .']],
];

test('every operator plants its fault', () => {
  for (const [text, expected] of ROWS) {
    const found = changes(text);
    for (const change of expected) {
      assert.ok(found.includes(change), `${text}\n${change}\nis not among\n${found.join('\n')}`);
    }
  }
});

test('types are left as they are', () => {
  const text = `
    import { a } from './a.ts';
    export type { B } from './b.ts';
    interface C { readonly d: 'e' | 'f'; }
    type G = readonly [1, 'h', () => true];
  `;
  assert.deepEqual(changes(text), []);
});

test('a mutant knows its place', () => {
  const text = 'const a = 1;\nfunction f() {\n  return a < 2;\n}\n';
  const tree = source.parse(FILE, text);
  const mutant = findMutants(FILE, tree, new Map()).find(({ after: it }) => it === '(a <= 2)');
  assert.deepEqual([mutant?.line, mutant?.column, mutant?.lineText], [3, 10, 'return a < 2;']);
});

test('the compiler refuses what can never run', () => {
  assert.ok(source.compiles(FILE, 'export const foldAscii = (text: string): string => text;'));
  assert.ok(!source.compiles(FILE, 'export const foldAscii = (text: string): string => 1;'));
  assert.ok(!source.compiles(FILE, 'export const foldAscii = (;'));
});
