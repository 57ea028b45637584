import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyDocument, PolicyType } from '../index.ts';
import { parsePolicy, policySize } from './parse-policy.ts';

const ALLOW = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };

function accept(text: string, type: PolicyType = 'identity'): PolicyDocument {
  const result = parsePolicy(text, type);
  assert.ok(result.ok, JSON.stringify(result));
  return result.document;
}

/** Codes and paths of all problems, the first first. */
function problemsOf(document: unknown, type: PolicyType = 'identity'): string[] {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const result = parsePolicy(text, type);
  return result.ok ? [] : result.problems.map(({ code, path }) => `${code} ${path}`);
}

function inDocument(statement: unknown): object {
  return { Version: '2012-10-17', Statement: statement };
}

const TEXT = `{
  "Version": "2012-10-17",
  "Id": "example",
  "Statement": [{
    "Sid": "One",
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:PutObject"],
    "Resource": "arn:aws:s3:::photos/*",
    "Condition": {"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"a:b": [1.50, "2"]}}
  },
  {"Effect": "Deny", "NotAction": "iam:*", "NotResource": ["*"]}]
}`;

test('a document becomes nodes', () => {
  const document = accept(TEXT);
  assert.equal(document.version, '2012-10-17');
  assert.equal(document.id, 'example');
  assert.equal(document.text, TEXT);
  const [first, second] = document.statements;
  assert.equal(first?.sid, 'One');
  assert.equal(first?.effect, 'Allow');
  assert.deepEqual(
    first?.action.values.map(({ text }) => text),
    ['s3:GetObject', 's3:PutObject'],
  );
  assert.equal(first?.resource?.negated, false);
  assert.deepEqual(
    first?.conditions.map(({ operator, key, values }) => [
      operator,
      key,
      ...values.map(({ text }) => text),
    ]),
    [
      ['Bool', 'aws:SecureTransport', 'true'],
      ['NumericLessThan', 'a:b', '1.50', '2'],
    ],
  );
  assert.equal(second?.index, 1);
  assert.equal(second?.action.negated, true);
  assert.equal(second?.resource?.negated, true);
});

test('nodes know their places: a statement from its brace to behind its brace', () => {
  const [first, second] = accept(TEXT).statements;
  assert.deepEqual(first?.start, { line: 4, column: 17, offset: TEXT.indexOf('[{') + 1 });
  assert.deepEqual(second?.end.offset, TEXT.lastIndexOf('}]') + 1);
  assert.equal(TEXT.slice(second?.start.offset, second?.end.offset).at(-1), '}');
  const action = first?.action.values[1]?.position;
  assert.deepEqual(action, { line: 7, column: 32, offset: TEXT.indexOf('"s3:PutObject"') });
});

test('nodes are frozen all the way down', () => {
  const seen: unknown[] = [accept(TEXT)];
  for (let node = seen.pop(); node !== undefined; node = seen.pop()) {
    assert.ok(Object.isFrozen(node), JSON.stringify(node));
    seen.push(...Object.values(node as object).filter((value) => typeof value === 'object'));
  }
});

test('a single value may drop its brackets', () => {
  const document = accept(JSON.stringify(inDocument(ALLOW)));
  assert.equal(document.statements.length, 1);
  assert.equal(document.statements[0]?.index, 0);
});

test('every text that is no document of the right form', () => {
  const rows: readonly (readonly [unknown, string])[] = [
    ['This is not JSON', 'json '],
    ['[]', 'wrong-type '],
    ['"text"', 'wrong-type '],
    ['null', 'wrong-type '],
    [{ Version: '2012-10-17' }, 'missing-element Statement'],
    [inDocument([]), 'missing-element Statement'],
    [inDocument(['text']), 'wrong-type Statement[0]'],
    [{ ...inDocument(ALLOW), Version: '2013-10-17' }, 'unknown-version Version'],
    [{ ...inDocument(ALLOW), Version: 2012 }, 'wrong-type Version'],
    [{ ...inDocument(ALLOW), Id: ['x'] }, 'wrong-type Id'],
    [{ ...inDocument(ALLOW), Extra: 1 }, 'unknown-element Extra'],
    [{ ...inDocument(ALLOW), version: '2012-10-17' }, 'unknown-element version'],
    [inDocument([{ ...ALLOW, effect: 'Allow' }]), 'unknown-element Statement[0].effect'],
    [inDocument([{ ...ALLOW, Effect: 'Permit' }]), 'unknown-effect Statement[0].Effect'],
    [inDocument([{ ...ALLOW, Effect: true }]), 'wrong-type Statement[0].Effect'],
    [inDocument([{ Action: 'a:b', Resource: '*' }]), 'missing-element Statement[0].Effect'],
    [inDocument([{ ...ALLOW, Sid: {} }]), 'wrong-type Statement[0].Sid'],
    [inDocument([{ ...ALLOW, Action: {} }]), 'wrong-type Statement[0].Action'],
    [inDocument([{ ...ALLOW, Action: [['a:b']] }]), 'wrong-type Statement[0].Action'],
    [inDocument([{ ...ALLOW, Action: null }]), 'wrong-type Statement[0].Action'],
    [inDocument([{ ...ALLOW, Resource: [1] }]), 'wrong-type Statement[0].Resource'],
    [inDocument([{ ...ALLOW, NotAction: [] }]), 'exclusive-elements Statement[0].NotAction'],
    [inDocument([{ ...ALLOW, NotResource: '*' }]), 'exclusive-elements Statement[0].NotResource'],
    [inDocument([{ ...ALLOW, Condition: [] }]), 'wrong-type Statement[0].Condition'],
    [inDocument([{ ...ALLOW, Condition: 'a' }]), 'wrong-type Statement[0].Condition'],
  ];
  for (const [document, expected] of rows) {
    const found = problemsOf(document);
    assert.equal(found[0], expected, JSON.stringify(document));
  }
});

test('conditions of a wrong form', () => {
  const rows: readonly (readonly [unknown, string])[] = [
    [{ Bool: 'a' }, 'wrong-type Statement[0].Condition.Bool'],
    [{ Bool: { a: {} } }, 'wrong-type Statement[0].Condition.Bool.a'],
    [{ Bool: { a: null } }, 'wrong-type Statement[0].Condition.Bool.a'],
    [{ StringSounds: { a: 'x' } }, 'unknown-operator Statement[0].Condition.StringSounds'],
    [{ stringEquals: { a: 'x' } }, 'unknown-operator Statement[0].Condition.stringEquals'],
    [{ NullIfExists: { a: 'true' } }, 'unknown-operator Statement[0].Condition.NullIfExists'],
  ];
  for (const [condition, expected] of rows) {
    const found = problemsOf(inDocument([{ ...ALLOW, Condition: condition }]));
    assert.equal(found[0], expected, JSON.stringify(condition));
  }
});

test('what stands twice is refused wherever it stands', () => {
  const statement = '"Effect":"Allow","Action":"a:b","Resource":"*"';
  const texts = [
    `{"Version":"2012-10-17","Version":"2012-10-17","Statement":{${statement}}}`,
    `{"Version":"2012-10-17","Statement":{${statement},"Effect":"Deny"}}`,
    `{"Version":"2012-10-17","Statement":{${statement},"\\u0045ffect":"Deny"}}`,
    `{"Version":"2012-10-17","Statement":{${statement},"Condition":{"Bool":{"a":true},"Bool":{}}}}`,
    `{"Version":"2012-10-17","Statement":{${statement},"Condition":{"Bool":{"a":true,"a":false}}}}`,
  ];
  for (const text of texts) assert.match(problemsOf(text)[0] ?? '', /^duplicate-key /, text);
});

test('a condition key stands once under its operator, whatever its case', () => {
  const problems = (condition: object) =>
    problemsOf(inDocument([{ ...ALLOW, Effect: 'Deny', Condition: condition }]));
  const twice = { 'aws:username': 'mallory', 'AWS:UserName': 'eve' };
  assert.deepEqual(problems({ StringEquals: twice }), [
    'duplicate-key Statement[0].Condition.StringEquals.AWS:UserName',
  ]);
  const { 'aws:username': one, 'AWS:UserName': other } = twice;
  const apart = { StringEquals: { 'aws:username': one }, StringLike: { 'AWS:UserName': other } };
  assert.deepEqual(problems(apart), []);
  // Beyond A to Z letters are what they are, as where keys are looked up.
  assert.deepEqual(problems({ StringLike: { 'aws:Ä': 'x', 'aws:ä': 'y' } }), []);
});

test('__proto__ and constructor are data, or an error, and nothing else', () => {
  const proto = '{"__proto__:x":"x","constructor:x":"y"}';
  const document = accept(
    `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*",
      "Condition":{"StringEquals":${proto}}}}`,
  );
  assert.deepEqual(
    document.statements[0]?.conditions.map(({ key }) => key),
    ['__proto__:x', 'constructor:x'],
  );
  assert.deepEqual(problemsOf('{"__proto__":{"Statement":[]}}').slice(0, 2), [
    'unknown-element __proto__',
    'missing-element Statement',
  ]);
});

test('IAM takes Latin-1 only; a bucket policy may name any key', () => {
  const text = JSON.stringify(
    inDocument([{ ...ALLOW, Principal: '*', Resource: 'arn:aws:s3:::b/日' }]),
  );
  assert.deepEqual(problemsOf(text, 'identity'), ['character ']);
  assert.deepEqual(problemsOf(text, 'resource'), []);
  const latin = inDocument([{ ...ALLOW, Resource: 'arn:aws:s3:::b/é' }]);
  assert.deepEqual(problemsOf(latin), []);
  assert.deepEqual(problemsOf('{\u0000}'), ['character ']);
  const result = parsePolicy('{\n "日"}', 'identity');
  assert.deepEqual(!result.ok && result.problems[0]?.position, { line: 2, column: 3, offset: 4 });
});

test('a text beyond all quotas is refused before it is read', () => {
  assert.deepEqual(problemsOf(' '.repeat(600_000)), ['too-long ']);
});

test('the size of a policy is what is not white space', () => {
  assert.equal(policySize(''), 0);
  assert.equal(policySize(' {\r\n\t"a": 1 }\n'), 7);
  assert.equal(policySize('\u00a0'), 1);
});

test('of what is not saved any version is taken, and nothing else that is wrong', () => {
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  const parse = (document: object) =>
    parsePolicy(JSON.stringify(document), 'identity', { anyVersion: true });
  for (const Version of [undefined, '2008-10-17', '2012-10-17']) {
    const parsed = parse({ Version, Statement: statement });
    assert.ok(parsed.ok);
    assert.equal(parsed.document.version, Version ?? '2008-10-17');
  }
  assert.ok(!parse({ Version: '2099-01-01', Statement: statement }).ok);
  assert.ok(!parse({ Statement: { ...statement, Action: 'GetObject' } }).ok);
});
