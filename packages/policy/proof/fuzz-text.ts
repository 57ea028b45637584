import type { Random } from './random.ts';

/** Spoils a text here or there; most of what comes out is no policy any more, and some is. */
export type Mutation = (random: Random, text: string) => string;

/** What readers of JSON differ on, and what readers of policies might. */
const ODD_TOKENS: readonly string[] = [
  ...['"__proto__"', '"constructor"', '"toString"', '"hasOwnProperty"', '"length"', '""', "'a'"],
  ...['null', 'true', 'false', 'undefined', 'NaN', 'Infinity', '-0', '1e999', '-1E-999', '0x10'],
  ...['01', '+1', '1.', '.5', '123456789012345678901234567890', '9007199254740993.000000001'],
  ...['"\\ud800"', '"\\uDC00x"', '"\ud800"', '"\\u0000"', '"\\x41"', '"\\u00"', '"\u2028"'],
  ...['{}', '[]', '[[]]', '{"a":{}}', '[,]', '{,}', ',', ':', '//a\n', '/**/', '#', '\u0000'],
  ...['\ufeff', '\u00a0', '\v', '\u0085', '\r\n', '"', '\\', '`', '${', `"\${aws:username}"`],
  ...['"*"', '"arn:aws:s3:::*"', '"arn:"', '":::::"', '"arn:aws:iam::111122223333:root"'],
  ...['"Statement"', '"NotAction"', '"NotPrincipal"', '"Effect"', '"Version"', '"2008-10-17"'],
  ...['"ForAllValues:StringLikeIfExists"', '"NullIfExists"', '"Bool"', '"DateEquals"', '"Deny"'],
  ...['"2026-02-31"', '"99999999999999999999"', '"::ffff:1.2.3.4/129"', '"10.0.0.0/33"', '"QQ=="'],
];

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\s+|"/g;

/** Takes out, doubles, exchanges or replaces whole tokens. */
export const mutateTokens: Mutation = (random, text) => {
  const tokens: string[] = text.match(TOKEN) ?? [];
  for (let times = 1 + random.below(4); times > 0 && tokens.length > 0; times--) {
    const at = random.below(tokens.length);
    const other = random.below(tokens.length);
    const here = tokens[at] ?? '';
    switch (random.below(5)) {
      case 0:
        tokens.splice(at, 1);
        break;
      case 1:
        tokens.splice(other, 0, here);
        break;
      case 2:
        tokens[at] = tokens[other] ?? '';
        tokens[other] = here;
        break;
      case 3:
        tokens[at] = random.pick(ODD_TOKENS);
        break;
      default:
        tokens.splice(at, 0, random.pick(ODD_TOKENS));
    }
  }
  return tokens.join('');
};

const ODD_CHARACTERS = [...'{}[],:"\\*?$ \t\n/-+.eE019aAkzé\u212a\ud800\udfff\u0000\u001f\ufeff'];

/** Takes out, doubles, moves or replaces runs of characters. */
export const mutateCharacters: Mutation = (random, text) => {
  let result = text;
  for (let times = 1 + random.below(6); times > 0; times--) {
    const start = random.below(result.length + 1);
    const end = Math.min(result.length, start + random.below(random.chance(0.1) ? 200 : 4));
    const run = result.slice(start, end);
    const odd = random.pick(ODD_CHARACTERS);
    const instead = random.pick(['', odd, run + run, odd + run, `${run}${odd}${odd}`]);
    result = result.slice(0, start) + instead + result.slice(end);
  }
  return random.chance(0.05) ? result.slice(0, random.below(result.length + 1)) : result;
};

/** Says the same in other characters: white space between tokens, escapes inside of strings. */
export const rewrite: Mutation = (random, text) => {
  const blanks = [' ', '\n', '\t', '\r\n', '  '];
  return (text.match(TOKEN) ?? [])
    .map((token) => {
      const blank = random.chance(0.1) ? random.pick(blanks) : '';
      return blank + (token.startsWith('"') ? escapeSome(random, token) : token);
    })
    .join('');
};

function escapeSome(random: Random, token: string): string {
  if (random.chance(0.9) || token.includes('\\')) return token;
  return token.replace(/[A-Za-z:*]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    return random.chance(0.3) ? `\\u${code}` : character;
  });
}

/** Texts that were never policies: deep, long, many, or nothing at all. */
export function makeOddText(random: Random): string {
  const size = 1 << (random.chance(0.03) ? 11 + random.below(8) : random.below(12));
  const nested = random.pick(['[', '{"a":', '{"Statement":[', '[{"Condition":', '{"__proto__":']);
  const statement = '{"Effect":"Allow","Action":"s3:*","Resource":"*"}';
  switch (random.below(8)) {
    case 0:
      return nested.repeat(size);
    case 1:
      return `${nested.repeat(size)}0${']'.repeat(size)}`;
    case 2:
      return inDocument(`[${Array.from({ length: size >> 4 }, () => statement).join(',')}]`);
    case 3:
      return inDocument(statement.replace('"*"', `"arn:aws:s3:::${'a*'.repeat(size)}"`));
    case 4:
      return inDocument(statement.replace('"s3:*"', `["s3:*"${',"s3:Get*"'.repeat(size >> 3)}]`));
    case 5:
      return ' \n'.repeat(size);
    case 6:
      return `"${random.pick(['\\', '\\u12', '"', 'a', '\\"', '\ud800'])}`.repeat(size >> 2);
    default:
      return Array.from({ length: random.below(60) }, () => random.pick(ODD_TOKENS)).join('');
  }
}

function inDocument(statement: string): string {
  return `{"Version":"2012-10-17","Statement":${statement}}`;
}
