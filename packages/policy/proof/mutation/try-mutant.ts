/**
 * The process in which mutants are tried, started by `MutantRunner`. For each trial the engine and
 * its tests are loaded anew under another query (`glob.ts?trial=7`), one file of the engine with
 * another text, and the tests run until one fails.
 */
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { dropCollected, runCollected } from './collected-test.ts';
import { PACKAGE } from './engine-folder.ts';
import type { Answer, Trial } from './message.ts';

const ROOT = pathToFileURL(PACKAGE).href;
const STAND_IN = new URL('collected-test.ts', import.meta.url).href;

// The same worlds for every mutant, and no search for smaller ones.
fc.configureGlobal({ seed: 20_261_126, endOnFailure: true });

const shared = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
const deadline = new Float64Array(shared);
new Worker(new URL('watch-limit.ts', import.meta.url), { workerData: shared }).unref();

const plainTexts = new Map<string, string>();
let current: Trial | undefined;
let loaded = new Set<string>();

registerHooks({
  resolve(specifier, context, next) {
    const fromTrial = context.parentURL?.includes('?trial=') === true;
    if (fromTrial && specifier === 'node:test') return next(STAND_IN, context);
    const resolved = next(specifier, context);
    const { url } = resolved;
    const isOurs = url.startsWith(ROOT) && !url.includes('/node_modules/');
    if (!fromTrial || !isOurs || url.includes('?')) return resolved;
    loaded.add(url.slice(ROOT.length));
    return { ...resolved, url: `${url}?trial=${current?.id}` };
  },
  load(url, context, next) {
    const [address = '', query] = url.split('?trial=');
    if (query === undefined || !address.endsWith('.ts')) return next(url, context);
    return { format: 'module', source: plainText(address), shortCircuit: true };
  },
});

function plainText(address: string): string {
  if (current?.file !== undefined && address === ROOT + current.file) {
    return stripTypeScriptTypes(current.text);
  }
  const known = plainTexts.get(address);
  if (known !== undefined) return known;
  const text = stripTypeScriptTypes(readFileSync(new URL(address), 'utf8'));
  plainTexts.set(address, text);
  return text;
}

async function runTrial(trial: Trial): Promise<Answer> {
  current = trial;
  for (const { test, limit } of trial.tests) {
    loaded = new Set();
    answer({ kind: 'started', test });
    const begin = usedTime();
    deadline[0] = begin + limit;
    try {
      await import(`${ROOT}${test}?trial=${trial.id}`);
    } catch (error) {
      dropCollected();
      if (error instanceof SyntaxError) return { kind: 'broken', message: error.message };
      return { kind: 'failed', test, name: 'the file cannot be loaded' };
    }
    const name = await runCollected();
    if (name !== undefined) return { kind: 'failed', test, name };
    const duration = usedTime() - begin;
    answer({ kind: 'passed', test, duration, loaded: [...loaded] });
  }
  return { kind: 'survived' };
}

/** Milliseconds of the processor's time. */
function usedTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function answer(message: Answer): void {
  process.send?.(message);
}

process.on('message', async (trial: Trial) => {
  const outcome = await runTrial(trial);
  deadline[0] = 0;
  answer(outcome);
});
answer({ kind: 'ready' });
