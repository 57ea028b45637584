/** Bytes of a user agent that are kept, CloudTrail's own limit. */
const longestUserAgent = 1024;
/** Characters of parameters, CloudTrail's limit; of whom nobody knows, enough to see what was tried. */
const longestParameters = { known: 100_000, anonymous: 2000 };

/** A record has to be small whatever a caller sends: whoever may call could fill the disk. */
export function limitedUserAgent(userAgent: string | undefined): string | undefined {
  return userAgent === undefined || userAgent.length <= longestUserAgent
    ? userAgent
    : userAgent.slice(0, longestUserAgent);
}

/** Parameters, or a word that they were too many. */
export function limitedParameters(parameters: unknown, caller: 'known' | 'anonymous'): unknown {
  const limit = longestParameters[caller];
  return remaining(parameters, limit) < 0
    ? { omitted: true, reason: `larger than ${limit} characters` }
    : parameters;
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
