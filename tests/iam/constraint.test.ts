/**
 * Every constraint that the models know of inputs of IAM and STS, broken by itself in a request of its own:
 * refused in AWS's words, and nothing changes. Both sides of every bound are asked.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { operationTables } from '@carnet/services';
import { models } from '@carnet/wire';
import { type Fingerprint, openFingerprint } from '../matrix/fingerprint.ts';
import type { Answer } from '../matrix/raw-call.ts';
import { sampleInput } from '../matrix/sample-input.ts';
import { type StartedServer, startServer } from '../started-server.ts';
import {
  type Bound,
  type BrokenConstraint,
  constraintsOf,
  together,
} from './constraint/broken-constraint.ts';
import { malformedForms } from './constraint/malformed-form.ts';
import { openQueryCaller, type Parameter, parametersOf, type QueryCaller } from './query-call.ts';

let server: StartedServer;
let state: Fingerprint;

before(async () => {
  server = await startServer();
  state = openFingerprint(server.folder);
});
after(async () => {
  state?.close();
  assert.equal(await server?.stop(), 0);
});

describe('a request to IAM that breaks a constraint of the model is refused', () => {
  const caller = askEverything('iam', { broken: 7, pairs: 1 / 2, bounds: 4 });

  it('a parameter that nobody knows is passed over, and so is a hole in a list', async () => {
    const made = await caller().send('CreateUser', [
      ['UserName', 'holes'],
      ['Foo', '1'],
      ['Foo.member.1', '1'],
      ['Tags.member.2.Key', 'a'],
      ['Tags.member.2.Value', '1'],
      ['Tags.member.7.Key', 'b'],
      ['Tags.member.7.Value', '2'],
      ['Tags.member.7.Foo', '2'],
    ]);
    assert.equal(made.status, 200, made.body);
    const { body } = await caller().send('ListUserTags', [['UserName', 'holes']]);
    const tags = [...body.matchAll(/<Key>(?<key>\w)<\/Key><Value>(?<value>\d)<\/Value>/g)];
    assert.deepEqual(
      tags.map(({ groups }) => `${groups?.key}=${groups?.value}`),
      ['a=1', 'b=2'],
    );
    const { message } = await caller().send('CreateUser', [
      ['UserName', 'other'],
      ['Tags.member.2.Key', 'a'],
      ['Tags.member.2.Value', '1'],
      ['Tags.member.7.Value', '2'],
    ]);
    // The items that are there are counted, not the numbers that they came with.
    assert.equal(
      message,
      "1 validation error detected: Value at 'tags.2.member.key' failed to satisfy constraint: Member must not be null",
    );
  });
});

describe('a request to STS that breaks a constraint of the model is refused', () => {
  askEverything('sts', { broken: 5, pairs: 1 / 2, bounds: 3 });
});

/** How many of each there are for an operation, at the least. */
interface Least {
  readonly broken: number;
  readonly pairs: number;
  readonly bounds: number;
}

/** Declares the tests of one service; gives who asks, once they run. */
function askEverything(service: 'iam' | 'sts', least: Least): () => QueryCaller {
  const model = models[service];
  const operations = Object.keys(operationTables[service] ?? {});
  let caller: QueryCaller;
  const all = new Map<string, { broken: readonly BrokenConstraint[]; bounds: readonly Bound[] }>();

  before(() => {
    caller = openQueryCaller(server.endpoint, server.credentials(), service);
    for (const name of operations) all.set(name, constraintsOf(model, name, server.accountId));
  });
  after(() => caller?.close());

  /** Sends what breaks constraints, operation by operation; gives what was not refused as it must. */
  async function failuresOf(
    select: (broken: readonly BrokenConstraint[]) => readonly BrokenConstraint[],
  ): Promise<{ count: number; failures: string[] }> {
    const failures: string[] = [];
    let count = 0;
    for (const [operation, { broken }] of all) {
      const before = state.read();
      for (const { name, input, said, sole } of select(broken)) {
        count++;
        const parameters = parametersOf(model, operation, input);
        const answer = await caller.send(operation, parameters);
        const problem = problemOf(answer, sole ?? messageOf(said), parameters);
        if (problem !== undefined) failures.push(`${operation}: ${name}: ${problem}`);
      }
      if (state.read() !== before) failures.push(`${operation} changed something`);
    }
    return { count, failures };
  }

  it('one by one, in AWS’s words', async (context) => {
    const { count, failures } = await failuresOf((broken) => broken);
    context.diagnostic(`${count} constraints of ${operations.length} operations`);
    assert.deepEqual(failures, []);
    assert.ok(count >= operations.length * least.broken, `only ${count} constraints`);
  });

  it('two at once, in AWS’s order', async (context) => {
    const { count, failures } = await failuresOf((broken) => pairsOf(broken, service));
    context.diagnostic(`${count} pairs`);
    assert.deepEqual(failures, []);
    assert.ok(count >= operations.length * least.pairs, `only ${count} pairs`);
  });

  it('what keeps to a bound, and just so, is let through', async (context) => {
    let count = 0;
    const failures: string[] = [];
    for (const [operation, { bounds }] of all) {
      for (const { name, input } of bounds) {
        const {
          status,
          code,
          message = '',
        } = await caller.send(operation, parametersOf(model, operation, input));
        count++;
        const isBug = status >= 500 && code !== 'NotImplemented';
        if (isBug || /^\d+ validation errors? detected|^The specified value/.test(message)) {
          failures.push(`${operation}: ${name}: ${status} ${shown(message)}`);
        }
      }
    }
    context.diagnostic(`${count} inputs at a bound`);
    assert.deepEqual(failures, []);
    assert.ok(count >= operations.length * least.bounds, `only ${count} bounds`);
  });

  it('a form that cannot be read', async (context) => {
    const failures: string[] = [];
    let count = 0;
    for (const operation of operations) {
      const sample = parametersOf(
        model,
        operation,
        sampleInput(model, operation, server.accountId),
      );
      const before = state.read();
      for (const { name, parameters, code, message } of malformedForms(model, operation, sample)) {
        count++;
        const answer = await caller.send(operation, parameters);
        const expected = `400 ${code} ${message}`;
        const actual = `${answer.status} ${answer.code} ${answer.message}`;
        if (actual !== expected) failures.push(`${operation}: ${name}: ${actual}, not ${expected}`);
      }
      if (state.read() !== before) failures.push(`${operation} changed something`);
    }
    context.diagnostic(`${count} malformed forms`);
    assert.deepEqual(failures, []);
    assert.ok(count >= operations.length * 2, `only ${count} forms`);
  });
  return () => caller;
}

/** The first of an operation's constraints with the last of each other member. */
function pairsOf(broken: readonly BrokenConstraint[], service: 'iam' | 'sts'): BrokenConstraint[] {
  const [first] = broken;
  if (first === undefined) return [];
  const lastOfMember = new Map(broken.map((constraint) => [constraint.member, constraint]));
  return [...lastOfMember.values()]
    .filter(({ member }) => member !== first.member)
    .map((second) => together(first, second, service));
}

/** More than the gateway takes of a call of a query service. */
const bodyLimit = 1024 * 1024;

function problemOf(
  { status, code, message = '' }: Answer,
  said: string,
  parameters: readonly Parameter[],
): string | undefined {
  const expected = `400 ValidationError ${said}`;
  // STS repeats the value, and of what is not there says so.
  const withoutValues = message.replaceAll(/Value (?:null|'[^']*') at '/g, "Value at '");
  const actual = `${status} ${code} ${withoutValues}`;
  if (actual === expected) return undefined;
  const size = parameters.reduce((sum, pair) => sum + encodeURIComponent(pair[1]).length, 0);
  if (size > bodyLimit && code === 'RequestEntityTooLarge') return undefined;
  return `${shown(actual)}\n  not ${shown(expected)}`;
}

function messageOf(said: readonly string[]): string {
  const errors = said.length === 1 ? '1 validation error' : `${said.length} validation errors`;
  return `${errors} detected: ${said.join('; ')}`;
}

/** Without the middle of a text that was made long. */
const shown = (text: string) => text.replaceAll(/(?<kept>x{40})x+/g, '$<kept>…');
