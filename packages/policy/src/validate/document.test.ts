import {
  allow,
  type CheckExample,
  share,
  testExamples,
  trust,
} from '../../proof/check-examples.ts';
import { documentChecks } from './check/document.ts';
import { emptyChecks } from './check/empty.ts';
import { sizeChecks } from './check/size.ts';
import { variableChecks } from './check/variable.ts';

const GOOD = allow();

function document(members: string): string {
  return `{"Version": "2012-10-17", ${members}}`;
}

const STATEMENT = `"Statement": ${JSON.stringify(GOOD)}`;
const MANY_BUCKETS = Array.from(
  { length: 300 },
  (_, index) => `arn:aws:s3:::photos-${index}-${'x'.repeat(40)}/*`,
);
const TRUSTED = Array.from(
  { length: 60 },
  (_, index) => `arn:aws:iam::111122223333:user/dave-${index}`,
);

const documents: readonly CheckExample[] = [
  {
    code: 'JSON_SYNTAX_ERROR',
    bad: '{"Version": "2012-10-17",}',
    at: ['', ''],
    good: GOOD,
  },
  {
    code: 'JSON_SYNTAX_ERROR',
    bad: document(`${STATEMENT}, ${STATEMENT}`),
    at: ['Statement', '"Statement"'],
    good: GOOD,
  },
  {
    code: 'DATA_TYPE_MISMATCH',
    bad: allow({ Effect: ['Allow'] }),
    at: ['Statement[0].Effect', '[\n        "Allow"\n      ]'],
    good: GOOD,
  },
  {
    code: 'DATA_TYPE_MISMATCH',
    bad: '[]',
    at: ['', '[]'],
    good: GOOD,
    also: ['MISSING_STATEMENT', 'MISSING_VERSION'],
  },
  {
    code: 'INVALID_POLICY_ELEMENT',
    bad: allow({ Actions: 's3:GetObject' }),
    at: ['Statement[0].Actions', '"Actions"'],
    good: GOOD,
  },
  {
    code: 'INVALID_VERSION',
    bad: `{"Version": "2013-10-17", ${STATEMENT}}`,
    at: ['Version', '"2013-10-17"'],
    good: GOOD,
  },
  {
    code: 'MISSING_VERSION',
    type: 'resource',
    bad: '{"Statement": []}',
    at: ['', '{"Statement": []}'],
    good: share(),
    also: ['MISSING_STATEMENT'],
  },
  {
    code: 'MISSING_STATEMENT',
    bad: document('"Statement": []'),
    at: ['Statement', '[]'],
    good: GOOD,
  },
  {
    code: 'MISSING_EFFECT',
    bad: document('"Statement": {"Action": "s3:GetObject", "Resource": "*"}'),
    at: ['Statement', '{"Action": "s3:GetObject", "Resource": "*"}'],
    good: GOOD,
  },
  {
    code: 'INVALID_EFFECT',
    bad: allow({ Effect: 'allow' }),
    at: ['Statement[0].Effect', '"allow"'],
    good: GOOD,
  },
  {
    code: 'MISSING_ACTION',
    bad: document('"Statement": [{"Effect": "Allow", "Resource": "*"}]'),
    at: ['Statement[0]', '{"Effect": "Allow", "Resource": "*"}'],
    good: GOOD,
  },
  {
    code: 'MISSING_RESOURCE',
    bad: document('"Statement": [{"Effect": "Allow", "Action": "s3:GetObject"}]'),
    at: ['Statement[0]', '{"Effect": "Allow", "Action": "s3:GetObject"}'],
    good: GOOD,
  },
  {
    code: 'UNSUPPORTED_ELEMENT_COMBINATION',
    bad: allow({ NotAction: 's3:PutObject' }),
    at: ['Statement[0].NotAction', '"NotAction"'],
    good: GOOD,
  },
  {
    code: 'UNSUPPORTED_SID',
    bad: allow({ Sid: 'Dave reads' }),
    at: ['Statement[0].Sid', '"Dave reads"'],
    good: allow({ Sid: 'DaveReads' }),
  },
  {
    code: 'UNIQUE_SIDS_REQUIRED',
    bad: [allow({ Sid: 'Dave' }), allow({ Sid: 'Dave', Action: 's3:PutObject' })],
    at: ['Statement[1].Sid', '"Dave"'],
    good: [allow({ Sid: 'Dave' }), allow({ Sid: 'Dave2', Action: 's3:PutObject' })],
  },
  {
    code: 'UNIQUE_SIDS_RECOMMENDED',
    type: 'resource',
    bad: [share({ Sid: 'Dave' }), share({ Sid: 'Dave', Action: 's3:PutObject' })],
    at: ['Statement[1].Sid', '"Dave"'],
    good: [share({ Sid: 'Dave' }), share({ Sid: 'Dave2', Action: 's3:PutObject' })],
  },
];

const whole = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statement });

const sizes: readonly CheckExample[] = [
  {
    code: 'POLICY_SIZE_EXCEEDS_SCP_QUOTA',
    type: 'serviceControl',
    bad: whole(allow({ Resource: MANY_BUCKETS })),
    at: ['', whole(allow({ Resource: MANY_BUCKETS }))],
    good: GOOD,
  },
  {
    code: 'POLICY_SIZE_EXCEEDS_RCP_QUOTA',
    type: 'resourceControl',
    bad: whole(allow({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: MANY_BUCKETS })),
    at: [
      '',
      whole(allow({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: MANY_BUCKETS })),
    ],
    good: allow({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }),
  },
  {
    code: 'POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA',
    bad: whole(allow({ Resource: MANY_BUCKETS })),
    at: ['', whole(allow({ Resource: MANY_BUCKETS }))],
    good: `${' '.repeat(20_000)}${whole(GOOD)}`,
  },
  {
    code: 'POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA',
    type: 'resource',
    bad: whole(share({ Resource: MANY_BUCKETS })),
    at: ['', whole(share({ Resource: MANY_BUCKETS }))],
    good: share(),
  },
  {
    code: 'POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA',
    type: 'trust',
    bad: whole(trust({ Principal: { AWS: TRUSTED } })),
    at: ['', whole(trust({ Principal: { AWS: TRUSTED } }))],
    good: trust(),
  },
];

const emptiness: readonly CheckExample[] = [
  {
    code: 'EMPTY_ARRAY_ACTION',
    bad: allow({ Action: [] }),
    at: ['Statement[0].Action', '[]'],
    good: GOOD,
  },
  {
    code: 'EMPTY_ARRAY_RESOURCE',
    bad: allow({ Resource: [] }),
    at: ['Statement[0].Resource', '[]'],
    good: GOOD,
  },
  {
    code: 'EMPTY_ARRAY_PRINCIPAL',
    type: 'trust',
    bad: trust({ Principal: { AWS: [] } }),
    at: ['Statement[0].Principal.AWS', '[]'],
    good: trust(),
  },
  {
    code: 'EMPTY_OBJECT_PRINCIPAL',
    type: 'trust',
    bad: trust({ Principal: {} }),
    at: ['Statement[0].Principal', '{}'],
    good: trust(),
  },
  {
    code: 'EMPTY_OBJECT_CONDITION',
    bad: allow({ Condition: {} }),
    at: ['Statement[0].Condition', '{}'],
    good: GOOD,
  },
  {
    code: 'EMPTY_OBJECT_CONDITION',
    bad: allow({ Condition: { StringEquals: {} } }),
    at: ['Statement[0].Condition.StringEquals', '"StringEquals"'],
    good: GOOD,
  },
  ...(
    [
      ['EMPTY_ARRAY_CONDITION', 'StringEquals'],
      ['EMPTY_ARRAY_CONDITION_FORALLVALUES', 'ForAllValues:StringEquals'],
      ['EMPTY_ARRAY_CONDITION_FORANYVALUE', 'ForAnyValue:StringEquals'],
      ['EMPTY_ARRAY_CONDITION_IFEXISTS', 'StringEqualsIfExists'],
    ] as const
  ).map(
    ([code, operator]): CheckExample => ({
      code,
      bad: allow({ Condition: { [operator]: { 'aws:TagKeys': [] } } }),
      at: [`Statement[0].Condition.${operator}.aws:TagKeys`, '[]'],
      also: operator.includes(':') ? [] : ['MISSING_QUALIFIER'],
      good: allow({
        Action: 's3:PutObject',
        Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team'] } },
      }),
    }),
  ),
  {
    code: 'EMPTY_SID_VALUE',
    bad: allow({ Sid: '' }),
    at: ['Statement[0].Sid', '""'],
    good: allow({ Sid: 'Dave' }),
  },
];

const home = (variable: string) => allow({ Resource: `arn:aws:s3:::photos/${variable}/*` });
const USERNAME = `\${aws:username}`;

const variables: readonly CheckExample[] = [
  {
    code: 'MISSING_BRACE_IN_VARIABLE',
    bad: home(`\${aws:username`),
    at: ['Statement[0].Resource', `"arn:aws:s3:::photos/\${aws:username/*"`],
    good: home(USERNAME),
  },
  {
    code: 'MISSING_QUOTE_IN_VARIABLE',
    bad: home(`\${aws:PrincipalTag/team, 'none}`),
    at: ['Statement[0].Resource', `"arn:aws:s3:::photos/\${aws:PrincipalTag/team, 'none}/*"`],
    good: home(`\${aws:PrincipalTag/team, 'none'}`),
  },
  {
    code: 'UNSUPPORTED_SPACE_IN_VARIABLE',
    bad: home(`\${aws: username}`),
    at: ['Statement[0].Resource', `"arn:aws:s3:::photos/\${aws: username}/*"`],
    good: home(`\${aws:PrincipalTag/cost center}`),
  },
  {
    code: 'EMPTY_VARIABLE',
    bad: home(`\${}`),
    at: ['Statement[0].Resource', `"arn:aws:s3:::photos/\${}/*"`],
    good: home(`\${*}`),
  },
  {
    code: 'VARIABLE_UNSUPPORTED_IN_ELEMENT',
    type: 'trust',
    bad: trust({ Principal: { AWS: `arn:aws:iam::111122223333:user/${USERNAME}` } }),
    at: ['Statement[0].Principal.AWS', `"arn:aws:iam::111122223333:user/${USERNAME}"`],
    good: trust(),
  },
  {
    code: 'VARIABLE_UNSUPPORTED_IN_VERSION',
    type: 'resource',
    bad: JSON.stringify({
      Version: '2008-10-17',
      Statement: share({ Resource: `arn:aws:s3:::photos/${USERNAME}` }),
    }),
    at: ['Statement.Resource', `"arn:aws:s3:::photos/${USERNAME}"`],
    good: share({ Resource: `arn:aws:s3:::photos/${USERNAME}` }),
  },
  {
    code: 'INVALID_VARIABLE_FOR_OPERATOR',
    bad: allow({ Condition: { NumericEquals: { 'aws:MultiFactorAuthAge': USERNAME } } }),
    at: ['Statement[0].Condition.NumericEquals.aws:MultiFactorAuthAge', `"${USERNAME}"`],
    good: allow({ Condition: { StringEquals: { 'aws:PrincipalTag/name': USERNAME } } }),
  },
];

testExamples(
  [...documentChecks, ...sizeChecks, ...emptyChecks, ...variableChecks],
  [...documents, ...sizes, ...emptiness, ...variables],
);
