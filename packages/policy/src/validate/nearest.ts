/** How many letters may be wrong in a word that is still recognized. */
const MOST_EDITS = 3;

/** The name that was probably meant: the nearest one, the first of the nearest; or none. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.min(MOST_EDITS, Math.ceil(text.length / 3)) + 1;
  for (const name of names) {
    const edits = editsBetween(text, name, least);
    if (edits >= least) continue;
    least = edits;
    best = name;
  }
  return best;
}

/** Letters to insert, delete or replace (Levenshtein); `limit` when there are that many or more. */
function editsBetween(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) >= limit) return limit;
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= other.length; column++) {
      const diagonal = above[column - 1] ?? 0;
      const edits =
        one[row - 1] === other[column - 1]
          ? diagonal
          : 1 + Math.min(diagonal, above[column] ?? 0, current[column - 1] ?? 0);
      current.push(edits);
      least = Math.min(least, edits);
    }
    if (least >= limit) return limit;
    above = current;
  }
  return Math.min(above[other.length] ?? limit, limit);
}
