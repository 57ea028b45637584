import { type Equivalent, isEquivalent } from './equivalent.ts';
import { describeMutant } from './mutant.ts';
import type { MutationResult, TriedMutant } from './mutation-run.ts';

/** What a run comes to. */
export interface Verdict {
  /** Killed, by a failing test or by the limit, of all mutants tried; equivalent ones count too. */
  readonly score: number;
  /** Survivors that the list does not know. */
  readonly unexplained: readonly TriedMutant[];
  /** Entries of the list whose mutant was killed or is not there any more. */
  readonly stale: readonly Equivalent[];
  /** Mutants that are no programs: faults of the mutator. */
  readonly broken: readonly TriedMutant[];
}

export function judge(result: MutationResult, equivalents: readonly Equivalent[]): Verdict {
  const { tried, files } = result;
  const survivors = tried.filter(({ outcome }) => outcome.kind === 'survived');
  const dead = tried.filter(({ outcome }) => isDead(outcome.kind));
  const matching = (list: readonly TriedMutant[], known: Equivalent): boolean =>
    list.some(({ mutant }) => isEquivalent(known, mutant));
  return {
    score: tried.length === 0 ? 0 : dead.length / tried.length,
    unexplained: survivors.filter(
      ({ mutant }) => !equivalents.some((known) => isEquivalent(known, mutant)),
    ),
    stale: equivalents
      .filter(({ file }) => files.includes(file))
      .filter((known) => !matching(survivors, known) || matching(dead, known)),
    broken: tried.filter(({ outcome }) => outcome.kind === 'broken'),
  };
}

function isDead(kind: TriedMutant['outcome']['kind']): boolean {
  return kind === 'killed' || kind === 'limit';
}

/** Totals by file and by operator, and every survivor with the reason that is known for it. */
export function report(result: MutationResult, equivalents: readonly Equivalent[]): string {
  const { tried, refused, elapsed } = result;
  const count = (kind: TriedMutant['outcome']['kind']): number =>
    tried.filter(({ outcome }) => outcome.kind === kind).length;
  const each = tried.reduce((sum, { duration }) => sum + duration, 0) / tried.length;
  const survivors = tried.filter(({ outcome }) => outcome.kind === 'survived');
  const killed = `${count('killed')} killed by a test, ${count('limit')} by the limit`;
  const { score } = judge(result, equivalents);
  return [
    ...table('file', tried, ({ mutant }) => mutant.file),
    ...table('operator', tried, ({ mutant }) => mutant.operator),
    `${tried.length} mutants: ${killed}, ${survivors.length} survived`,
    `score ${(score * 100).toFixed(2)} % (killed of all mutants); ${refused} more do not compile`,
    `${elapsed} s, ${Math.round(each)} ms for a mutant`,
    ...survivors.map(({ mutant }) => {
      const known = equivalents.find((one) => isEquivalent(one, mutant));
      return `survived ${describeMutant(mutant)}\n    ${known?.reason ?? 'no reason is known'}`;
    }),
  ].join('\n');
}

function table(
  title: string,
  tried: readonly TriedMutant[],
  keyOf: (one: TriedMutant) => string,
): string[] {
  const rows = [...Map.groupBy(tried, keyOf)].map(([key, group]) => {
    const dead = group.filter(({ outcome }) => isDead(outcome.kind)).length;
    return `${key.padEnd(34)}${String(group.length).padStart(6)}${String(dead).padStart(8)}`;
  });
  return [`${title.padEnd(34)}mutants  killed`, ...rows, ''];
}
