import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { allow, catalogue, writtenText } from '../../proof/check-examples.ts';
import { NOT_MADE, PUBLISHED } from '../../proof/published-checks.ts';
import {
  type Catalogue,
  type Finding,
  type PolicyType,
  parsePolicy,
  validatePolicy,
} from '../index.ts';
import { EVERY_TYPE } from './check.ts';
import { CHECKS } from './checks.ts';

test('every published code is a check of its type, or has a reason why it is none', () => {
  const published = Object.entries(PUBLISHED).flatMap(([type, codes]) =>
    codes.map((code) => `${code} ${NOT_MADE.has(code) ? 'is not made' : type}`),
  );
  const made = [
    ...CHECKS.map(({ code, findingType }) => `${code} ${findingType}`),
    ...[...NOT_MADE.keys()].map((code) => `${code} is not made`),
  ];
  assert.deepEqual(made.sort(), published.sort());
  assert.equal(new Set(published).size, published.length);
});

test('the page about the checks lists them as they are', () => {
  const page = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const expected = [...CHECKS]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, findingType, policyTypes, meaning }) => {
      const types = policyTypes.length === EVERY_TYPE.length ? 'all' : policyTypes.join(', ');
      return `| \`${code}\` | ${findingType} | ${types} | ${meaning} |`;
    });
  assert.deepEqual(rows, expected);
  for (const [code, reason] of NOT_MADE) assert.ok(page.includes(`- \`${code}\`: ${reason}`), code);
});

test('findings are frozen, in the order of the text, and lead to their section', () => {
  const text = writtenText([allow({ Action: 's3:Fetch' }), allow({ Sid: '', Action: 'iam:*' })]);
  const findings = validatePolicy(text, 'identity', catalogue);
  assert.deepEqual(
    findings.map(({ issueCode, path }) => [issueCode, path]),
    [
      ['INVALID_ACTION', 'Statement[0].Action'],
      ['EMPTY_SID_VALUE', 'Statement[1].Sid'],
    ],
  );
  assert.ok(findings.every((finding) => Object.isFrozen(finding)));
  assert.equal(
    findings[1]?.learnMoreLink,
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html' +
      '#access-analyzer-reference-policy-checks-suggestion-empty-sid-value',
  );
});

test('a raised quota is told', () => {
  const text = writtenText(allow({ Resource: `arn:aws:s3:::${'x'.repeat(7_000)}` }));
  const codes = (findings: readonly Finding[]) => findings.map(({ issueCode }) => issueCode);
  const quotas = { identity: 8_000 };
  assert.deepEqual(codes(validatePolicy(text, 'identity', catalogue)), [
    'POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA',
  ]);
  assert.deepEqual(codes(validatePolicy(text, 'identity', catalogue, { quotas })), []);
});

test('with an empty catalogue nothing exists, and the form is checked all the same', () => {
  const empty: Catalogue = { services: [], globalConditionKeys: [], regions: [] };
  const codes = validatePolicy(writtenText(allow({ Effect: 'allow' })), 'identity', empty).map(
    ({ issueCode }) => issueCode,
  );
  assert.deepEqual(codes, ['INVALID_EFFECT', 'INVALID_SERVICE_IN_ACTION', 'INVALID_SERVICE']);
});

/** Values that stand in policies, and values that do not belong where they are put. */
const WORDS = [
  'Version',
  '2012-10-17',
  'Statement',
  'Sid',
  'Effect',
  'Allow',
  'Deny',
  'Principal',
  'AWS',
  'Service',
  'NotPrincipal',
  'Federated',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
  '*',
  '',
  '__proto__',
  's3:*',
  'iam:PassRole',
  'sts:AssumeRole',
  'arn:aws:s3:::photos/*',
  'arn:aws:iam::1:role/*',
  'arn:',
  ':::',
  'StringLike',
  'ForAllValues:StringLikeIfExists',
  'NullIfExists',
  'NumericLessThan',
  'IpAddress',
  'DateEquals',
  'aws:SourceIp',
  'aws:ResourceTag/',
  'aws:userid',
  'aws:TagKeys',
  'ec2:Attribute/x',
  '10.0.0.0/8',
  '${',
  `\${}`,
  '${aws:username',
  `\${aws:username, 'x'}`,
  '\ud800',
  'ec2.amazonaws.com',
  'true',
  '3600',
  '2026',
  ':aud',
  'x:aud',
];
const word = fc.constantFrom(...WORDS);
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.constantFrom<unknown>(null, true, 7, -1.5e300, [], {}),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 6 }),
  ),
})).value;
const likelyStatement = fc.record(
  {
    Sid: fc.oneof(word, value),
    Effect: fc.constantFrom('Allow', 'Deny', 'allow'),
    Principal: fc.oneof(fc.dictionary(word, fc.oneof(word, fc.array(word)), { maxKeys: 3 }), value),
    Action: fc.oneof(word, fc.array(word, { maxLength: 5 }), value),
    Resource: fc.oneof(word, fc.array(word, { maxLength: 5 }), value),
    Condition: fc.oneof(
      fc.dictionary(
        word,
        fc.dictionary(word, fc.oneof(word, fc.array(word), value), { maxKeys: 3 }),
        {
          maxKeys: 3,
        },
      ),
      value,
    ),
  },
  { requiredKeys: [] },
);
const likelyDocument = fc.record({
  Version: fc.constantFrom('2012-10-17', '2008-10-17', '1'),
  Statement: fc.oneof(likelyStatement, fc.array(likelyStatement, { maxLength: 4 })),
});
const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(likelyDocument, value).map((json) => JSON.stringify(json)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(likelyDocument, fc.nat(), fc.string({ maxLength: 3 }))
      .map(([json, at, noise]) => {
        const text = JSON.stringify(json);
        const place = at % (text.length + 1);
        return `${text.slice(0, place)}${noise}${text.slice(place)}`;
      }),
  },
);

const policyType = fc.constantFrom(...EVERY_TYPE);
const resourceType = fc.constantFrom(undefined, 'AWS::S3::Bucket', 'AWS::DynamoDB::Table');

test('any text has findings that stand in it, of codes that are published, and never throws', () => {
  const codes = new Set(CHECKS.map(({ code }) => code));
  const reached = new Set<string>();
  fc.assert(
    fc.property(anyText, policyType, resourceType, (text, type, hangsOn) => {
      const options = { resourceType: hangsOn };
      for (const { issueCode, start, end, path } of validatePolicy(
        text,
        type,
        catalogue,
        options,
      )) {
        reached.add(issueCode);
        assert.ok(codes.has(issueCode), issueCode);
        assert.ok(start.offset <= end.offset && end.offset <= text.length, `${issueCode} ${path}`);
      }
    }),
    { numRuns: 6_000 },
  );
  assert.ok(reached.size > 60, `only ${reached.size} codes reached`);
});

test('what is wrong by its form for parsePolicy has an ERROR here as well', () => {
  const forms = [
    'json',
    'wrong-type',
    'unknown-element',
    'duplicate-key',
    'unknown-effect',
    'unknown-version',
  ];
  let refused = 0;
  fc.assert(
    fc.property(anyText, (text) => {
      const result = parsePolicy(text, 'identity');
      if (result.ok || !result.problems.some(({ code }) => forms.includes(code))) return;
      refused++;
      const findings = validatePolicy(text, 'identity', catalogue);
      assert.ok(findings.some(({ findingType }) => findingType === 'ERROR'));
    }),
    { numRuns: 2_000 },
  );
  assert.ok(refused > 200, `${refused} refused`);
});

/** The same name in as many ways as letters can be large or small. */
function inOtherLetters(name: string, index: number): string {
  let bit = 0;
  return name.replace(/[a-z]/gi, (letter) =>
    (index >> (bit++ % 30)) & 1 ? letter.toUpperCase() : letter.toLowerCase(),
  );
}

function many<Item>(count: number, make: (index: number) => Item): readonly Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function compared(keys: readonly string[]): object {
  return { StringEquals: Object.fromEntries(keys.map((key) => [key, 'arn:aws:s3:::photos'])) };
}

const HARD: readonly (readonly [string, PolicyType, string | object | readonly object[]])[] = [
  ['nothing', 'identity', ''],
  ['deep lists', 'identity', '['.repeat(100_000)],
  ['deep objects', 'identity', '{"Statement":'.repeat(10_000)],
  ['too much', 'identity', 'x'.repeat(600_000)],
  ['statements', 'identity', many(2_000, () => allow())],
  ['variables', 'identity', allow({ Resource: `arn:aws:s3:::${'${'.repeat(200_000)}` })],
  [
    'resources of stars',
    'identity',
    allow({ Resource: many(100, (n) => `arn:aws:s3:::${'*a'.repeat(200)}${'?'.repeat(n)}`) }),
  ],
  [
    'resources of any service',
    'identity',
    allow({ Resource: many(4_000, (n) => `arn:aws:*e*${n % 9}*:*:*:*a${n}*/*b*`) }),
  ],
  [
    'actions of stars',
    'identity',
    allow({ Action: many(300, (n) => `ec2:*${'a*'.repeat(20)}${n}`) }),
  ],
  ['unknown actions', 'identity', allow({ Action: many(2_000, (n) => `ec2:Describe${n}Things`) })],
  ['unknown services', 'identity', allow({ Action: many(8_000, (n) => `service${n}:Do`) })],
  [
    'actions and tags',
    'identity',
    allow({
      Action: many(2_000, (n) => `ec2:*${'a?'.repeat(n % 7)}*`),
      Condition: compared(many(2_000, (n) => `aws:ResourceTag/t${n}`)),
    }),
  ],
  [
    'one key in other letters',
    'identity',
    allow({ Condition: compared(many(4_000, (n) => inOtherLetters('aws:SourceArn', n))) }),
  ],
  [
    'keys of organizations',
    'resourceControl',
    allow({
      Effect: 'Deny',
      Principal: '*',
      Condition: compared(many(4_000, (n) => inOtherLetters('aws:SourceOrgID', n))),
    }),
  ],
  [
    'providers',
    'trust',
    allow({
      Action: many(2_000, () => 'sts:AssumeRole'),
      Principal: { Federated: many(2_000, (n) => `a${n}.example.com`) },
      Condition: compared(many(2_000, (n) => `b${n}.example.com:sub`)),
    }),
  ],
  [
    'sessions',
    'trust',
    allow({
      Action: 'sts:AssumeRole',
      Principal: { AWS: many(4_000, (n) => `arn:aws:sts::111122223333:assumed-role/R${n}/s`) },
    }),
  ],
];

for (const [name, type, written] of HARD) {
  test(`no text takes long: ${name}`, () => {
    // Time on the processor: other tests run beside this one.
    const started = process.cpuUsage();
    validatePolicy(writtenText(written), type, catalogue);
    const { user, system } = process.cpuUsage(started);
    const took = (user + system) / 1_000;
    assert.ok(took < 2_000, `${took} ms`);
  });
}
