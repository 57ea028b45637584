/**
 * Stands in for `node:test` inside the process that tries mutants: a test that is declared is kept,
 * to be run at once by `runCollected`, which stops at the first that fails.
 */
interface TestContext {
  readonly test: (name: string, run: TestBody) => Promise<void>;
  readonly diagnostic: (message: string) => void;
}

type TestBody = (context: TestContext) => unknown;

interface CollectedTest {
  readonly name: string;
  readonly run: TestBody;
}

let collected: CollectedTest[] = [];

export function test(name: string, ...rest: readonly unknown[]): void {
  const run = rest.at(-1);
  if (typeof run !== 'function') throw new Error(`the test ${name} has no body`);
  collected.push({ name, run: run as TestBody });
}

/** Runs what has been declared since the last call; the name of the first test that fails. */
export async function runCollected(): Promise<string | undefined> {
  const tests = collected;
  collected = [];
  if (tests.length === 0) throw new Error('the file declares no test');
  for (const { name, run } of tests) {
    try {
      await run(contextOf());
    } catch {
      return name;
    }
  }
  return undefined;
}

/** Forgets what a file declared before it broke off. */
export function dropCollected(): void {
  collected = [];
}

function contextOf(): TestContext {
  return {
    test: async (_name, run) => {
      await run(contextOf());
    },
    diagnostic: () => undefined,
  };
}
