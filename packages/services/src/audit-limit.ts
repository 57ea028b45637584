/** Characters of a user agent and of an error's message that are kept, CloudTrail's own limit. */
const longestText = 1024;
/**
 * Characters of parameters or of an answer. Of a call that was let through, CloudTrail's own limit;
 * of one that was not, or of whom nobody knows, enough to see what was tried.
 */
const longestParts = { known: 100_000, refused: 8000, anonymous: 2000 };

/**
 * A text of the record, cut. A record has to be small whatever a caller sends: whoever may call could
 * fill the disk, and messages repeat what was sent.
 */
export function limitedText(text: string | undefined): string | undefined {
  return text === undefined || text.length <= longestText
    ? text
    : text.slice(0, longestText).toWellFormed();
}

/** A part of a record, or a word that it was too much. */
export function limitedPart(part: unknown, of: keyof typeof longestParts): unknown {
  const limit = longestParts[of];
  return remaining(part, limit) < 0
    ? { omitted: true, reason: `larger than ${limit} characters` }
    : part;
}

/** What is left of `budget` characters; negative as soon as it is known to be too little. */
function remaining(value: unknown, budget: number): number {
  if (typeof value === 'string') return budget - value.length - 2;
  if (typeof value !== 'object' || value === null) return budget - 8;
  let left = budget - 2;
  for (const [name, item] of Object.entries(value)) {
    left = remaining(item, left - name.length - 4);
    if (left < 0) break;
  }
  return left;
}
