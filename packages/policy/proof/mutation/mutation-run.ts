import { engineFiles, readEngineFile, testFiles, typeFiles } from './engine-folder.ts';
import { openEngineSource } from './engine-source.ts';
import { collectWords, findMutants } from './find-mutants.ts';
import type { TrialTest } from './message.ts';
import { describeMutant, type Mutant, mutatedText } from './mutant.ts';
import { type Baseline, type Outcome, startMutantRunner } from './mutant-runner.ts';

/** What to run: all of it unless told otherwise. */
export interface MutationOptions {
  /** Only files whose path begins with one of these, `src/match`. */
  readonly only?: readonly string[];
  /** Only every so-many-th mutant. */
  readonly every?: number;
  /** Processes at work at one time. */
  readonly jobs?: number;
  readonly tests?: readonly string[];
  readonly note?: (line: string) => void;
}

export interface TriedMutant {
  readonly mutant: Mutant;
  readonly outcome: Outcome;
  /** Milliseconds. */
  readonly duration: number;
}

export interface MutationResult {
  readonly files: readonly string[];
  /** Mutants that the compiler refuses: they can never run, and are not counted. */
  readonly refused: number;
  readonly tried: readonly TriedMutant[];
  /** Seconds. */
  readonly elapsed: number;
}

/** Mutants that the compiler takes, and how many it refuses. */
export function listMutants(files: readonly string[]): {
  readonly mutants: readonly Mutant[];
  readonly refused: number;
} {
  const source = openEngineSource();
  try {
    const words = collectWords(typeFiles().map((file) => source.parse(file)));
    const found = files.flatMap((file) => findMutants(file, source.parse(file), words));
    const mutants = found.filter((mutant) =>
      source.compiles(mutant.file, mutatedText(readEngineFile(mutant.file), mutant)),
    );
    return { mutants, refused: found.length - mutants.length };
  } finally {
    source.close();
  }
}

/** Plants every mutant in turn and runs the tests that load its file until one of them fails. */
export async function runMutation(options: MutationOptions = {}): Promise<MutationResult> {
  const { only = [''], every = 1, jobs = 1, tests = testFiles(), note = () => undefined } = options;
  const begin = performance.now();
  const files = engineFiles().filter((file) => only.some((start) => file.startsWith(start)));
  const listed = listMutants(files);
  const mutants = listed.mutants.filter((_, index) => index % every === 0);
  const measuring = startMutantRunner();
  const baselines = await measuring.measure(tests).finally(measuring.close);
  note(`${mutants.length} mutants of ${files.length} files, ${tests.length} test files`);

  const queue = [...mutants.entries()];
  const tried: TriedMutant[] = [];
  const work = async (): Promise<void> => {
    const runner = startMutantRunner();
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [id, mutant] = next;
      const started = performance.now();
      const text = mutatedText(readEngineFile(mutant.file), mutant);
      const tests = testOrder(mutant.file, baselines).map(withLimit);
      const outcome = await runner.run({ id, file: mutant.file, text, tests });
      tried[id] = { mutant, outcome, duration: performance.now() - started };
      if (outcome.kind !== 'killed') note(`${outcome.kind} ${describeMutant(mutant)}`);
      if (queue[0]?.[1].file !== mutant.file) note(`${mutant.file} after ${seconds(begin)} s`);
    }
    runner.close();
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return { files, refused: listed.refused, tried, elapsed: seconds(begin) };
}

/** Cheapest first, but before all others those of the file itself and of its room. */
export function testOrder(file: string, baselines: readonly Baseline[]): Baseline[] {
  const room = file.slice(0, file.lastIndexOf('/') + 1);
  const nearness = (test: string): number =>
    test === file.replace('.ts', '.test.ts') ? 0 : test.startsWith(room) ? 1 : 2;
  const cost = ({ test, duration }: Baseline): number =>
    duration * (nearness(test) === 2 ? 2 : 1) - (nearness(test) === 0 ? 1_000 : 0);
  return baselines
    .filter(({ loaded }) => loaded.has(file))
    .sort((one, other) => cost(one) - cost(other));
}

/** Generous: what takes ten times as long as it should is a loop without end, or as bad. */
function withLimit({ test, duration }: Baseline): TrialTest {
  return { test, limit: 2_000 + duration * 10 };
}

function seconds(begin: number): number {
  return Math.round((performance.now() - begin) / 1_000);
}
