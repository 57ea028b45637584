import type { Random } from './random.ts';
import type { Json, JsonObject } from './reference-language.ts';

/** Condition keys of a request and conditions that ask for them. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

interface KeyKind {
  readonly keys: readonly string[];
  /** Values that a policy may hold too. */
  readonly values: readonly string[];
  /** Values that do not parse, or nearly: only a request may bring them. */
  readonly odd: readonly string[];
  readonly operators: readonly string[];
}

const ordered = (family: string): readonly string[] =>
  ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
    (order) => `${family}${order}`,
  );

const STRING_OPERATORS = ['Equals', 'EqualsIgnoreCase', 'Like'].flatMap((one) => [
  `String${one}`,
  `StringNot${one}`,
]);

export const KINDS: Readonly<Record<string, KeyKind>> = {
  string: {
    keys: ['aws:username', 'aws:PrincipalTag/team', 'aws:ResourceTag/cost center', 's3:prefix'],
    values: [
      'dave',
      'Dave',
      'photos',
      'a*',
      'a?c',
      'abc',
      '',
      '*',
      '$',
      'eu-west-1:444455556666',
      'k',
      'é',
    ],
    odd: [`\${aws:username}`, '\u212a', '\u{1f4f7}', 'photos/dave'],
    operators: STRING_OPERATORS,
  },
  list: {
    keys: ['aws:TagKeys', 'aws:PrincipalOrgPaths', 'dynamodb:LeadingKeys'],
    values: ['team', 'Team', 'cost', 'dave', ''],
    odd: ['t*', 'team,cost'],
    operators: STRING_OPERATORS,
  },
  number: {
    keys: ['s3:max-keys', 's3:RemainingRetentionDays'],
    values: ['5', '5.0', '05', '-5', '0', '-0', '0.30', '0.3', '10', '100000000000000000000.01'],
    odd: ['', 'five', '1e1', ' 5', '+5', '5.', '.5', '0x5', '100000000000000000000.001'],
    operators: ordered('Numeric'),
  },
  date: {
    keys: ['aws:CurrentTime', 'aws:EpochTime', 'aws:TokenIssueTime'],
    values: [
      '2026-02-28',
      '2026-03-01',
      '2026-02-28T23:59:59.999Z',
      '2026-03-01T01:00:00+01:00',
      '2026-02-28T19:00-05:00',
      '1772323200',
      '2024-02-29T00:00:00Z',
      '2026-03',
      '1969-12-31T23:59:59.5Z',
    ],
    odd: [
      '2026-02-31',
      '2025-02-29',
      'yesterday',
      '',
      '2026-03-01T24:00:00Z',
      '2026-03-01T01:00:00',
    ],
    operators: ordered('Date'),
  },
  bool: {
    keys: ['aws:SecureTransport', 'aws:MultiFactorAuthPresent'],
    values: ['true', 'false', 'True', 'FALSE'],
    odd: ['', 'yes', '1'],
    operators: ['Bool'],
  },
  binary: {
    keys: ['s3:Digest'],
    values: ['QQ==', 'QUI=', 'QUJD', ''],
    odd: ['QR==', 'QQ', '*'],
    operators: ['BinaryEquals'],
  },
  address: {
    keys: ['aws:SourceIp', 'aws:VpcSourceIp'],
    values: [
      '203.0.113.7',
      '203.0.113.0/24',
      '203.0.113.9/29',
      '0.0.0.0/0',
      '2001:db8::7',
      '2001:DB8:0:0::/64',
      '::/0',
      '::ffff:203.0.113.7',
      '::ffff:cb00:7100/120',
      '10.0.0.1',
    ],
    odd: ['', '203.0.113.007', '203.0.113', '2001:db8:::7', 'photos', '203.0.113.300', '::1::'],
    operators: ['IpAddress', 'NotIpAddress'],
  },
  arn: {
    keys: ['aws:PrincipalArn', 'aws:SourceArn'],
    values: [
      'arn:aws:iam::111122223333:user/staff/dave',
      'arn:aws:iam::111122223333:role/apps/PhotoAppRole',
      'arn:aws:s3:::photos',
      'arn:aws:sns:eu-west-1:444455556666:topic:1',
      'arn:aws:sns:eu-west-1:444455556666:*',
      `arn:aws:sns:*:\${aws:PrincipalTag/team}:*`,
      `arn:aws:sns:\${s3:prefix}*:topic:?`,
      `\${aws:SourceArn}`,
      `\${aws:SourceArn}*`,
    ],
    odd: ['', 'arn:aws:s3', 'photos', 'ARN:aws:s3:::photos', 'arn:aws:::111122223333:x', '*'],
    operators: ['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike'],
  },
};

const ALL = Object.values(KINDS);
const ALL_OPERATORS = [...new Set(ALL.flatMap(({ operators }) => operators))];

/** Every operator there is, with every qualifier it may have. */
export const OPERATORS: readonly string[] = ['', 'ForAllValues:', 'ForAnyValue:'].flatMap((set) => [
  ...ALL_OPERATORS.flatMap((operator) => [`${set}${operator}`, `${set}${operator}IfExists`]),
  `${set}Null`,
]);

export function makeContext(random: Random): Context {
  const context: Record<string, string | readonly string[]> = {};
  for (const [name, kind] of Object.entries(KINDS)) {
    for (const key of kind.keys) {
      if (random.chance(0.25)) continue;
      const value = () => random.pick(random.chance(0.15) ? kind.odd : kind.values);
      const isList = random.chance(name === 'list' ? 0.8 : 0.08);
      context[oddCase(random, key, 0.1)] = isList ? random.some(0, 3, value) : value();
    }
  }
  return context;
}

/** Conditions that ask for what the request carries, or nearly, or for something else. */
export function makeCondition(random: Random, context: Context): JsonObject {
  const condition: Record<string, Record<string, Json>> = {};
  for (let count = random.pick([1, 1, 1, 2, 3]); count > 0; count--) {
    const kind = random.pick(ALL);
    const key = random.pick(kind.keys);
    const operator = random.pick(random.chance(0.9) ? kind.operators : ALL_OPERATORS);
    const set = random.pick(['', '', '', 'ForAllValues:', 'ForAnyValue:']);
    const isNull = random.chance(0.08);
    const name = isNull
      ? `${set}Null`
      : `${set}${operator}${random.chance(0.35) ? 'IfExists' : ''}`;
    const known = ALL.find(({ operators }) => operators.includes(operator)) ?? kind;
    const value = () =>
      isNull ? random.pick(['true', 'false', true]) : makeValue(random, known, context[key]);
    const keys = condition[name] ?? {};
    keys[oddCase(random, key, 0.2)] = bracketless(
      random,
      random.some(random.chance(0.02) ? 0 : 1, 3, value),
    );
    condition[name] = keys;
  }
  return condition;
}

function makeValue(
  random: Random,
  kind: KeyKind,
  carried: string | readonly string[] | undefined,
): Json {
  const isText = kind === KINDS.string || kind === KINDS.list || kind === KINDS.arn;
  const carriedValues = carried === undefined ? [] : [carried].flat();
  const usable = carriedValues.filter((one) => isText || kind.values.includes(one));
  const text =
    usable.length > 0 && random.chance(0.5) ? random.pick(usable) : random.pick(kind.values);
  if (kind === KINDS.bool && random.chance(0.2)) return text === 'true';
  if (kind === KINDS.number && random.chance(0.2)) return Number(text);
  // A wildcard within a variable would be neither.
  if (!isText || text.includes('${') || random.chance(0.4)) return text;
  return random.chance(0.4) ? withVariable(random, text) : withWildcards(random, text);
}

const VARIABLE_KEYS = [
  'aws:username',
  'aws:PrincipalTag/team',
  'AWS:UserName',
  'aws:TagKeys',
  's3:prefix',
];

/** Puts a variable or an escape into a text, as the whole of it or in its last part. */
export function withVariable(random: Random, text: string): string {
  const key = random.pick(VARIABLE_KEYS);
  const fallback = random.pick(['dave', 'photos', '', 'a*c']);
  const variable = random.pick([
    `\${${key}}`,
    `\${${key}}`,
    `\${${key}, '${fallback}'}`,
    `\${*}`,
    `\${?}`,
    `\${$}`,
  ]);
  const places = [text.length, text.lastIndexOf('/') + 1, text.lastIndexOf(':') + 1];
  const place = random.chance(0.2) ? random.below(text.length + 1) : random.pick(places);
  return text.slice(0, place) + variable + (random.chance(0.3) ? text.slice(place) : '');
}

/** Replaces one or two stretches by wildcards. */
export function withWildcards(random: Random, text: string): string {
  // By characters: half of a surrogate pair is none.
  let pattern = [...text];
  for (let count = random.pick([1, 1, 2, 3]); count > 0; count--) {
    const start = random.below(pattern.length + 1);
    const end = Math.min(pattern.length, start + random.below(random.chance(0.3) ? 20 : 5));
    const wildcard =
      end - start === 1 ? random.pick(['?', '*']) : random.pick(['*', '*', '?', '**']);
    pattern = [...pattern.slice(0, start), wildcard, ...pattern.slice(end)];
  }
  return pattern.join('');
}

export function oddCase(random: Random, text: string, probability: number): string {
  if (!random.chance(probability)) return text;
  return random.chance(0.5) ? text.toLowerCase() : text.toUpperCase();
}

/** A single value may drop its brackets. */
export function bracketless(random: Random, values: readonly Json[]): Json {
  const [only] = values;
  return only !== undefined && values.length === 1 && random.chance(0.5) ? only : values;
}
