import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { POLICY_TYPES, parsePolicy } from '../src/index.ts';
import { fuzz, fuzzReport, type Parse, writeFailure } from './fuzz.ts';

const INPUTS = 30_000;
const FIRST_SEED = 1;

/** Each is a reason for which a text of the generator has to be refused now and then. */
const CODES = [
  ...['json', 'character', 'duplicate-key', 'wrong-type', 'unknown-element', 'missing-element'],
  ...['exclusive-elements', 'unknown-effect', 'unknown-operator', 'missing-value'],
  ...['missing-principal', 'missing-action', 'missing-resource', 'prohibited-principal'],
  ...['prohibited-resource', 'version', 'resource-arn', 'action-vendor', 'condition-vendor'],
  ...['resource-control', 'too-long', 'invalid-principal'],
];

test(`${INPUTS} texts yield a policy or problems, and never an exception`, (context) => {
  context.diagnostic(`first seed: ${FIRST_SEED}`);
  const report = fuzz(FIRST_SEED, INPUTS);
  assert.ok(report.failure === undefined, report.failure && writeFailure(report.failure));
  for (const line of fuzzReport(report, INPUTS)) context.diagnostic(line);
  for (const type of POLICY_TYPES) {
    assert.ok((report.counts.get(`accepted ${type}`) ?? 0) > INPUTS / 5_000, `accepted ${type}`);
  }
  for (const code of CODES) assert.ok(report.counts.has(`refused ${code}`), `refused ${code}`);
});

/** Parsers that do one thing wrong, each a way in which a parser has been wrong before. */
const BROKEN: Readonly<Record<string, Parse>> = {
  'throws on what nests deep': (text, type) => {
    if (text.includes('[[[[')) throw new RangeError('Maximum call stack size exceeded');
    return parsePolicy(text, type);
  },
  'skips a byte order mark': (text, type) => parsePolicy(text.replace(/^\ufeff/, ''), type),
  'takes the last of two members': (text, type) => {
    const result = parsePolicy(text, type);
    if (result.ok || result.problems[0]?.code !== 'duplicate-key') return result;
    return parsePolicy(text.replace(/"Effect":"[A-Za-z]*",/, ''), type);
  },
  'counts columns from 0': (text, type) => {
    const result = parsePolicy(text, type);
    if (result.ok) return result;
    const problems = result.problems.map((problem) => ({
      ...problem,
      position: { ...problem.position, column: problem.position.column - 1 },
    }));
    return { ok: false, problems };
  },
};

for (const [what, parse] of Object.entries(BROKEN)) {
  test(`a parser that ${what} is found, and the input is kept`, () => {
    const { failure } = fuzz(FIRST_SEED, INPUTS, { parse });
    assert.ok(failure);
    const [path = ''] = writeFailure(failure).split(': ', 1);
    const kept = readFileSync(path, 'utf8');
    rmSync(dirname(path), { recursive: true });
    assert.equal(kept, Buffer.from(failure.input.text).toString());
  });
}

test('a parser that takes too long is found', () => {
  let moment = 0;
  const slowClock = (): number => {
    moment += 60;
    return moment;
  };
  assert.equal(fuzz(FIRST_SEED, INPUTS, { now: slowClock }).failure?.fault, '60.0 ms');
});
