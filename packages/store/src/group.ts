import { AskedTooEarly, createAttempt, nameOf } from './attempt.ts';
import { isSerializationFailure, isUndone } from './database-error.ts';
import type { Savepoints } from './engine.ts';
import { appendToFeed } from './feed.ts';
import type { Change } from './store.ts';
import type { TransactorParts, Waiting } from './transactor.ts';

/** After this nobody more joins: those who have run wait for those who run. */
const groupMilliseconds = 20;

/** What became of one work, to be told when all is committed. */
type Outcome =
  | { readonly kind: 'done'; readonly result: unknown; readonly changes: readonly Change[] }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Group commit: `members` run one after the other in one transaction, each in a savepoint, and share
 * one commit and its fsync. Nobody is answered before it, not even who failed: what it saw of the
 * others may never have been. Resolves with those that have still to run, in their order: a work
 * that asked for what one before it changed runs alone, and so does everybody when the database has
 * undone the work of all.
 */
export async function runGroup(
  parts: TransactorParts,
  savepoints: Savepoints,
  members: readonly Waiting[],
): Promise<readonly Waiting[]> {
  const { engine, clock } = parts;
  const outcomes: Outcome[] = [];
  const started = clock();
  let number: number | undefined;
  try {
    await engine.begin();
  } catch (error) {
    for (const member of members) member.reject(error);
    return [];
  }
  const uncommitted = new Set<string>();
  for (const member of members) {
    const ran = await runInSavepoint(parts, savepoints, member, uncommitted);
    if (!savepoints.isOpen()) return apart(members, outcomes.length + 1);
    if (ran.kind === 'failed' && hasToRunAgain(ran.error)) {
      member.alone = true;
      break;
    }
    outcomes.push(ran);
    if (ran.kind === 'done') number = ran.number ?? number;
    if (clock() - started > groupMilliseconds) break;
  }
  const ran = members.slice(0, outcomes.length);
  try {
    await engine.commit(number);
  } catch (error) {
    await engine.rollback();
    if (isUndone(error) && ran.length > 1) return apart(members, ran.length);
    for (const member of ran) member.reject(error);
    return members.slice(ran.length);
  }
  answer(parts, ran, outcomes);
  return members.slice(ran.length);
}

/** The first `count` run alone: a large change that finds no room on a disk takes no other with it. */
function apart(members: readonly Waiting[], count: number): readonly Waiting[] {
  for (const member of members.slice(0, count)) member.alone = true;
  return members;
}

function hasToRunAgain(error: unknown): boolean {
  return error instanceof AskedTooEarly || isSerializationFailure(error);
}

/** Adds what was changed to `uncommitted`. Leaves nothing when it fails. */
async function runInSavepoint(
  { engine, clock, running }: TransactorParts,
  savepoints: Savepoints,
  { work }: Waiting,
  uncommitted: Set<string>,
): Promise<Outcome & { readonly number?: number | undefined }> {
  const current = createAttempt(engine, uncommitted);
  try {
    savepoints.begin();
    const result = await running.run(current, () => work(current.transaction));
    const changes = current.end();
    const number =
      changes.length > 0 ? await appendToFeed(engine.writer, changes, clock()) : undefined;
    savepoints.release();
    for (const { kind, id } of changes) uncommitted.add(nameOf(kind, id));
    return { kind: 'done', result, changes, number };
  } catch (error) {
    current.close();
    savepoints.rollback();
    return { kind: 'failed', error: current.failure() ?? error };
  }
}

/** First all is published, so that whoever is answered meets nobody who knows less. */
function answer(
  { publish }: TransactorParts,
  members: readonly Waiting[],
  outcomes: readonly Outcome[],
): void {
  for (const outcome of outcomes) {
    if (outcome.kind === 'done' && outcome.changes.length > 0) publish(outcome.changes);
  }
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.kind === 'done') members[index]?.resolve(outcome.result);
    else members[index]?.reject(outcome.error);
  }
}
