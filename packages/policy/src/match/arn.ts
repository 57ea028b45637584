import { ANY_ONE, ANY_RUN, type Pattern, SEGMENT_ONE, SEGMENT_RUN } from './glob.ts';

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
  const second = text.indexOf(':', 4);
  const third = text.indexOf(':', second + 1);
  const fourth = text.indexOf(':', third + 1);
  const fifth = text.indexOf(':', fourth + 1);
  // A colon that is not there is at -1, before the one that it should follow.
  if (second <= 4 || third <= second + 1 || fourth === -1 || fifth === -1) return undefined;
  return {
    partition: text.slice(4, second),
    service: text.slice(second + 1, third),
    region: text.slice(third + 1, fourth),
    accountId: text.slice(fourth + 1, fifth),
    resource: text.slice(fifth + 1),
  };
}

/**
 * The pattern of a Resource entry. In the first five segments wildcards stop at a colon, except that
 * a `*` that ends its segment may run on: AWS's page on the Resource element has it so, and
 * `arn:aws:s3:*` has to mean every bucket. Behind the fifth colon nothing stops a wildcard, and only
 * there may parts be variables.
 */
export function resourcePattern<Part = number>(
  tokens: readonly (number | Part)[],
): readonly (number | Part)[] {
  return segmentPattern(
    tokens,
    (index) => index + 1 === tokens.length || tokens[index + 1] === COLON,
  );
}

/**
 * The pattern of an `ArnLike` value: each of the six components is compared by itself. With fewer
 * than five colons it fits no ARN, for nothing else in it takes one.
 */
export function arnConditionPattern(tokens: Pattern): Pattern {
  return segmentPattern(tokens, () => false);
}

function segmentPattern<Part>(
  tokens: readonly (number | Part)[],
  runsOn: (index: number) => boolean,
): readonly (number | Part)[] {
  let colons = 0;
  return tokens.map((token, index) => {
    if (token === COLON) colons++;
    if (colons >= 5) return token;
    if (token === ANY_RUN) return runsOn(index) ? ANY_RUN : SEGMENT_RUN;
    return token === ANY_ONE ? SEGMENT_ONE : token;
  });
}
