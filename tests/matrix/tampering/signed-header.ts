import type { RawCall } from '../raw-call.ts';
import type { Situation } from '../refusal.ts';
import { type Cell, onTheWay, signedNames, type Tampering } from './tampering.ts';

type Edit = (call: RawCall, change: (names: readonly string[]) => readonly string[]) => RawCall;

const severalNames = (cell: Cell) => signedNames(cell).length > 1;

/** What can be done to the list of signed headers, wherever it stands. */
export function signedHeaderTamperings(
  applies: (cell: Cell) => boolean,
  edit: Edit,
  malformed: Situation,
): readonly Tampering[] {
  const made = (
    name: string,
    change: (names: readonly string[], place: number) => readonly string[],
    reason: Parameters<typeof onTheWay>[2],
    more: Parameters<typeof onTheWay>[3] = {},
  ) =>
    onTheWay(name, (call, place) => edit(call, (names) => change(names, place)), reason, {
      ...more,
      applies: (cell) => applies(cell) && (more.applies?.(cell) ?? true),
    });
  return [
    made(
      'a name fewer in the signed headers',
      (names, place) => names.filter((_, index) => index !== place),
      (cell, place) => unsigned(signedNames(cell)[place] ?? ''),
      // With the last name gone the list is empty, which is malformed.
      { applies: severalNames, places: (cell) => signedNames(cell).length },
    ),
    made('a name more in the signed headers', (names) => [...names, 'zz-absent'], 'wrongSignature'),
    made(
      'a signed header in capitals',
      (names) => names.map((name) => name.toUpperCase()),
      malformed,
    ),
    made('a signed header twice', (names) => [...names, names.at(-1) ?? ''], malformed),
    made('signed headers in another order', (names) => names.toReversed(), malformed, {
      applies: severalNames,
    }),
    made('an empty name in the signed headers', (names) => ['', ...names], malformed),
  ];
}

/** A header that must be signed is told from one that merely was. */
function unsigned(name: string): Situation {
  const bound = name === 'x-amz-content-sha256';
  return name === 'host' || (name.startsWith('x-amz-') && !bound)
    ? 'unsignedHeader'
    : 'wrongSignature';
}
