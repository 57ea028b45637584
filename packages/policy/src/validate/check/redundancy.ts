import { serviceOf } from '../../match/action.ts';
import { foldAscii } from '../../match/fold-ascii.ts';
import { globPattern, type Pattern } from '../../match/glob.ts';
import { type Check, EVERY_TYPE, eachStatement, type Found, found } from '../check.ts';
import { covers, type Effort } from '../pattern.ts';
import type { ListTree, PlacedText, StatementTree } from '../policy-tree.ts';
import { entryPattern } from '../resource-entry.ts';

/** For one list. The one of AWS's managed policies that takes most takes 1,300,000. */
const MOST_STEPS = 5_000_000;

/** What says again what is said already. */
export const redundancyChecks: readonly Check[] = [
  {
    code: 'REDUNDANT_ACTION',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'an action is taken in by another entry of the list',
    check: eachStatement(({ action }) =>
      redundantEntries(action, foldAscii, (text) => ({
        group: /[*?]/.test(serviceOf(text)) ? undefined : serviceOf(text),
        pattern: globPattern(text),
        isWide: /[*?]/.test(text),
      })),
    ),
  },
  {
    code: 'REDUNDANT_RESOURCE',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'a resource is taken in by another entry of the list',
    check: eachStatement(({ resource }) =>
      redundantEntries(
        resource,
        (text) => text,
        (text) => ({
          group: /^arn:[^:*?$]*:[^:*?$]*:/.exec(text)?.[0],
          pattern: entryPattern(text),
          // What a variable holds is not known, so an entry with one takes in only itself.
          isWide: /[*?]/.test(text) && !text.includes('${'),
        }),
      ),
    ),
  },
  {
    code: 'REDUNDANT_STATEMENT',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'a statement says what an earlier one says',
    check: ({ tree }) => {
      const seen = new Map<string, StatementTree>();
      return tree.statements.flatMap((statement): Found[] => {
        const said = contentsOf(statement);
        const earlier = seen.get(said);
        if (earlier === undefined) {
          seen.set(said, statement);
          return [];
        }
        const message = `the statement says the same as \`${earlier.path}\``;
        return [found(statement, message, 'remove one of the two')];
      });
    },
  },
];

interface Entry {
  readonly value: PlacedText;
  readonly index: number;
  readonly shape: Shape;
}

interface Shape {
  /** Entries of different groups have nothing in common; undefined is in all of them. */
  readonly group: string | undefined;
  readonly pattern: Pattern;
  /** Whether it can take in anything but itself. */
  readonly isWide: boolean;
}

function redundantEntries(
  list: ListTree | undefined,
  fold: (text: string) => string,
  shapeOf: (folded: string) => Shape,
): Found[] {
  const first = new Map<string, PlacedText>();
  const findings: Found[] = [];
  const entries: Entry[] = [];
  for (const value of list?.values ?? []) {
    const folded = fold(value.text);
    const same = first.get(folded);
    if (same !== undefined) {
      findings.push(redundant(value, same));
      continue;
    }
    first.set(folded, value);
    entries.push({ value, index: entries.length, shape: shapeOf(folded) });
  }
  const wides = widesByGroup(entries);
  const effort: Effort = { left: MOST_STEPS };
  for (const entry of entries) {
    if (effort.left < 0) break;
    const { group } = entry.shape;
    const candidates = [
      ...(wides.get(undefined) ?? []),
      ...(group === undefined ? [] : (wides.get(group) ?? [])),
    ];
    const wide = candidates.find((other) => takesIn(other, entry, effort));
    if (wide !== undefined) findings.push(redundant(entry.value, wide.value));
  }
  return findings;
}

function widesByGroup(
  entries: readonly Entry[],
): ReadonlyMap<string | undefined, readonly Entry[]> {
  const wides = new Map<string | undefined, Entry[]>();
  for (const entry of entries) {
    if (!entry.shape.isWide) continue;
    const group = wides.get(entry.shape.group);
    if (group === undefined) wides.set(entry.shape.group, [entry]);
    else group.push(entry);
  }
  return wides;
}

/** Of two that take in each other the earlier one stays. */
function takesIn(wide: Entry, entry: Entry, effort: Effort): boolean {
  if (wide === entry || !covers(wide.shape.pattern, entry.shape.pattern, effort)) return false;
  if (!entry.shape.isWide || !covers(entry.shape.pattern, wide.shape.pattern, effort)) return true;
  return wide.index < entry.index;
}

function redundant(value: PlacedText, wide: PlacedText): Found {
  const message = `\`${value.text}\` is taken in by \`${wide.text}\``;
  return found(value, message, 'remove the one or the other');
}

/** Everything but the Sid, without regard to the order of lists. */
function contentsOf({ elements, action, resource, principal, conditions }: StatementTree): string {
  const effect = elements.get('Effect')?.value;
  return JSON.stringify([
    effect?.kind === 'string' ? effect.text : null,
    listOf(action, foldAscii),
    listOf(resource, (text) => text),
    principal === undefined
      ? null
      : [
          principal.name,
          principal.everyone,
          principal.entries.map(({ type, text }) => `${type} ${text}`).sort(),
        ],
    conditions
      .map(({ operator, key, values }) =>
        JSON.stringify([operator, foldAscii(key), values.map(({ text }) => text).sort()]),
      )
      .sort(),
  ]);
}

function listOf(list: ListTree | undefined, fold: (text: string) => string): unknown {
  return list === undefined ? null : [list.name, list.values.map(({ text }) => fold(text)).sort()];
}
