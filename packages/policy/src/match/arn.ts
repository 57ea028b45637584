import {
  ANY_ONE,
  ANY_RUN,
  compilePattern,
  type Matcher,
  type Pattern,
  SEGMENT_ONE,
  SEGMENT_RUN,
} from './glob.ts';

/** The six parts of an Amazon Resource Name; a part may be empty, `resource` keeps its colons. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** `user/division/dave`, `photos/pic.jpg`, `function:resize:7` */
  readonly resource: string;
}

const COLON = 58;

/** `arn:partition:service:region:account:resource`; undefined when the text is not of that form. */
export function parseArn(text: string): Arn | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const parts: string[] = [];
  let start = 4;
  while (parts.length < 4) {
    const colon = text.indexOf(':', start);
    if (colon < 0) return undefined;
    parts.push(text.slice(start, colon));
    start = colon + 1;
  }
  const [partition = '', service = '', region = '', accountId = ''] = parts;
  if (partition === '' || service === '') return undefined;
  return { partition, service, region, accountId, resource: text.slice(start) };
}

/**
 * The pattern of a Resource entry. In the first five segments wildcards stop at a colon, except that
 * a `*` that ends its segment may run on: AWS's page on the Resource element has it so, and
 * `arn:aws:s3:*` has to mean every bucket. Behind the fifth colon nothing stops a wildcard.
 */
export function resourcePattern(tokens: Pattern): Pattern {
  return segmentPattern(
    tokens,
    (index) => index + 1 === tokens.length || tokens[index + 1] === COLON,
  );
}

/** The pattern of an `ArnLike` value: each of the six components is compared by itself. */
export function arnConditionPattern(tokens: Pattern): Pattern | undefined {
  const colons = tokens.reduce((count, token) => (token === COLON ? count + 1 : count), 0);
  return colons < 5 ? undefined : segmentPattern(tokens, () => false);
}

function segmentPattern(tokens: Pattern, runsOn: (index: number) => boolean): Pattern {
  let colons = 0;
  return tokens.map((token, index) => {
    if (token === COLON) colons++;
    if (colons >= 5) return token;
    if (token === ANY_RUN) return runsOn(index) ? ANY_RUN : SEGMENT_RUN;
    return token === ANY_ONE ? SEGMENT_ONE : token;
  });
}

/** A matcher for the text of a Resource entry that has no variables. */
export function compileResourcePattern(tokens: Pattern): Matcher {
  return compilePattern(resourcePattern(tokens));
}
