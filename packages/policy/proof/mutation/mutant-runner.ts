import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Trial } from './message.ts';

/** How a trial ended. `limit`: it took too long or too much memory. */
export type Outcome =
  | { readonly kind: 'killed'; readonly test: string; readonly name: string }
  | { readonly kind: 'limit'; readonly test: string }
  | { readonly kind: 'survived' }
  | { readonly kind: 'broken'; readonly message: string };

/** What a test file takes of the engine as it is. */
export interface Baseline {
  readonly test: string;
  /** Milliseconds of the processor's time. */
  readonly duration: number;
  readonly loaded: ReadonlySet<string>;
}

/** Runs trials one after the other in a process of its own. */
export interface MutantRunner {
  readonly run: (trial: Trial) => Promise<Outcome>;
  /** Runs each test on the engine as it is; throws when one fails. */
  readonly measure: (tests: readonly string[]) => Promise<Baseline[]>;
  readonly close: () => void;
}

const PROGRAM = fileURLToPath(new URL('try-mutant.ts', import.meta.url));
const MEMORY = '--max-old-space-size=512';
/** Modules are never unloaded: after so many trials the process is replaced. */
const MOST_TRIALS = 100;
/** Milliseconds: no test takes longer, by the processor's time or by the clock's. */
const LONGEST = 120_000;

export function startMutantRunner(): MutantRunner {
  let child: ChildProcess | undefined;
  let trials = 0;

  const stop = (): void => {
    child?.kill('SIGKILL');
    child = undefined;
  };
  const start = async (): Promise<ChildProcess> => {
    if (trials >= MOST_TRIALS) stop();
    if (child !== undefined) return child;
    trials = 0;
    const execArgv = ['--conditions=@carnet/source', '--no-warnings', MEMORY];
    const started = fork(PROGRAM, { execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    await new Promise((resolve) => started.once('message', resolve));
    child = started;
    return started;
  };
  const attempt = async (trial: Trial, hear: (answer: Answer) => void): Promise<Outcome> => {
    const tried = await start();
    trials++;
    const outcome = await converse(tried, trial, hear);
    if (outcome.kind === 'limit') stop();
    return outcome;
  };
  process.once('exit', stop);
  return {
    run: (trial) => attempt(trial, () => undefined),
    measure: async (all) => {
      const baselines: Baseline[] = [];
      for (const [index, test] of all.entries()) {
        const tests = [{ test, limit: LONGEST }];
        const trial = { id: -1 - index, file: undefined, text: '', tests };
        const hear = (answer: Answer): void => {
          if (answer.kind !== 'passed') return;
          const { duration, loaded } = answer;
          baselines.push({ test, duration, loaded: new Set(loaded) });
        };
        const outcome = await attempt(trial, hear);
        if (outcome.kind !== 'survived') {
          throw new Error(`the engine as it is fails: ${test} ${JSON.stringify(outcome)}`);
        }
      }
      return baselines;
    },
    close: stop,
  };
}

/** Sends a trial and waits for its end, or for that of a process that has used up its time. */
function converse(
  child: ChildProcess,
  trial: Trial,
  hear: (answer: Answer) => void,
): Promise<Outcome> {
  return new Promise((resolve) => {
    let test = '';
    let timer: NodeJS.Timeout | undefined;
    const finish = (outcome: Outcome): void => {
      clearTimeout(timer);
      child.off('message', listen).off('exit', leave);
      resolve(outcome);
    };
    const leave = (): void => finish({ kind: 'limit', test });
    const listen = (answer: Answer): void => {
      hear(answer);
      if (answer.kind === 'started') {
        test = answer.test;
        clearTimeout(timer);
        timer = setTimeout(leave, LONGEST);
      } else if (answer.kind === 'failed') {
        finish({ kind: 'killed', test, name: answer.name });
      } else if (answer.kind === 'survived' || answer.kind === 'broken') {
        finish(answer);
      }
    };
    child.on('message', listen).on('exit', leave);
    child.send(trial);
  });
}
