/** A document that is no policy, and the message with which IAM and S3 refuse it. */
export interface MalformedPolicy {
  readonly name: string;
  readonly document: string;
  /** Undefined: IAM takes it. */
  readonly iam: string | undefined;
  readonly s3: string;
}

const syntax = 'Syntax errors in policy.';
const legacy = 'The policy failed legacy parsing';
const notJson = "Policies must be valid JSON and the first byte must be '{'";
const vendor = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';

/** A policy that IAM takes, with one statement about a bucket. */
export function policyOf(bucket: string, changes: object = {}, more: object = {}): string {
  return JSON.stringify({
    Version: '2012-10-17',
    ...more,
    Statement: statementOf(bucket, changes),
  });
}

function statementOf(bucket: string, changes: object) {
  const Resource = `arn:aws:s3:::${bucket}/*`;
  return { Effect: 'Allow', Action: 's3:GetObject', Resource, ...changes };
}

/** Made from that policy; `bucket` is the one whose policy it would be. */
export function malformedPolicies(bucket: string): MalformedPolicy[] {
  const policy = (changes: object, more?: object) => policyOf(bucket, changes, more);
  const condition = (operator: string, key: string, value: unknown) =>
    policy({ Condition: { [operator]: { [key]: value } } });
  const sameSid = statementOf(bucket, { Sid: 'a' });
  const rows: [name: string, document: string, iam: string | undefined, s3: string][] = [
    ['no JSON', 'nope', syntax, notJson],
    ['a list', '[]', syntax, notJson],
    ['text after the end', `${policy({})} x`, syntax, notJson],
    ['depth', '['.repeat(5000), syntax, notJson],
    ['depth that closes', `{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`, syntax, notJson],
    ['an empty object', '{}', syntax, syntax],
    ['no statements', '{"Version":"2012-10-17","Statement":[]}', syntax, syntax],
    ['a statement that is text', '{"Version":"2012-10-17","Statement":"x"}', syntax, syntax],
    [
      'an element twice',
      policy({}).replace('{"Effect"', '{"Effect":"Deny","Effect"'),
      syntax,
      syntax,
    ],
    ['an element of another case', policy({}).replace('Statement', 'statement'), syntax, syntax],
    ['an element that nobody knows', policy({ Extra: 1 }), syntax, syntax],
    ['a prototype', policy({}).replace('{', '{"__proto__":{},'), syntax, syntax],
    ['an Id that is a number', policy({}, { Id: 5 }), syntax, syntax],
    ['no Effect', policy({ Effect: undefined }), syntax, syntax],
    ['another Effect', policy({ Effect: 'Maybe' }), syntax, 'Invalid effect'],
    ['an Effect of another case', policy({ Effect: 'allow' }), legacy, 'Invalid effect'],
    [
      'another Version',
      policy({}, { Version: '2011-01-01' }),
      syntax,
      'The policy must contain a valid version string',
    ],
    [
      'two Sids that are the same',
      JSON.stringify({ Version: '2012-10-17', Statement: [sameSid, sameSid] }),
      'Statement IDs (SID) in a single policy must be unique.',
      'Statement IDs (SID) in a single policy must be unique.',
    ],
    [
      'no Action',
      policy({ Action: undefined }),
      'Policy statement must contain actions.',
      'Missing required field Action',
    ],
    ['Action and NotAction', policy({ NotAction: 's3:*' }), syntax, syntax],
    ['an Action that is a number', policy({ Action: 5 }), syntax, syntax],
    ['an Action without vendor', policy({ Action: 'Get' }), vendor, 'Policy has invalid action'],
    [
      'an Action with two colons',
      policy({ Action: 's3:a:b' }),
      'Actions/Condition can contain only one colon.',
      'Policy has invalid action',
    ],
    [
      'an action of no service',
      policy({ Action: 's3:Nope' }),
      undefined,
      'Policy has invalid action',
    ],
    [
      'no Resource',
      policy({ Resource: undefined }),
      'Policy statement must contain resources.',
      'Missing required field Resource',
    ],
    [
      'a Resource that is no ARN',
      policy({ Resource: 'photos' }),
      'Resource photos must be in ARN format or "*".',
      'Policy has invalid resource',
    ],
    [
      'a partition that nobody has',
      policy({ Resource: 'arn:nope:s3:::x' }),
      'Partition "nope" is not valid for resource "arn:nope:s3:::x".',
      'Policy has invalid resource',
    ],
    [
      'a region where none can be',
      policy({ Resource: 'arn:aws:iam:us-east-1:123456789012:user/x' }),
      'IAM resource arn:aws:iam:us-east-1:123456789012:user/x cannot contain region information.',
      'Policy has invalid resource',
    ],
    ['an operator that nobody knows', condition('Nope', 'aws:username', 'x'), syntax, syntax],
    ['a value that is an object', condition('Bool', 'aws:username', { a: 'b' }), syntax, syntax],
    ['no address', condition('IpAddress', 'aws:SourceIp', '999.1.1.1'), legacy, legacy],
    ['no number', condition('NumericEquals', 's3:max-keys', 'x'), legacy, legacy],
    ['no date', condition('DateLessThan', 'aws:CurrentTime', '2024-02-31'), legacy, legacy],
    ['no boolean', condition('Bool', 'aws:SecureTransport', 'maybe'), legacy, legacy],
  ];
  return rows.map(([name, document, iam, s3]) => ({ name, document, iam, s3 }));
}

/** The same document with a principal, as a bucket policy has it. */
export function withPrincipal(document: string): string {
  return document.replaceAll('{"Effect"', '{"Principal":"*","Effect"');
}
