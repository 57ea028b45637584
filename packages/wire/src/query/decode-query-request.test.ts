import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from '../api-error.ts';
import { validateInput } from '../constraint/validate-input.ts';
import { models } from '../models.ts';
import { decodeQueryRequest } from './decode-query-request.ts';

const head = 'Action=CreateUser&Version=2010-05-08';
const decode = (body: string) => decodeQueryRequest(models.iam, body);

function isRefused(code: string) {
  return (thrown: unknown) =>
    thrown instanceof ApiError && thrown.code === code && thrown.status === 400;
}

test('names and values', () => {
  const { operation, input } = decode(
    `${head}&UserName=da+ve%2B%C3%BC&Tags.member.2.Key=b&Tags.member.1.Key=a&Tags.member.1.Value=`,
  );
  assert.equal(operation, 'CreateUser');
  assert.deepEqual(input, { UserName: 'da ve+ü', Tags: [{ Key: 'a', Value: '' }, { Key: 'b' }] });
});

test('types', () => {
  const list = decode('Action=ListUsers&Version=2010-05-08&MaxItems=100&Marker=');
  assert.deepEqual(list.input, { MaxItems: 100, Marker: '' });
  const profile = decode(
    'Action=CreateLoginProfile&Version=2010-05-08&UserName=a&Password=b&PasswordResetRequired=true',
  );
  assert.equal(profile.input.PasswordResetRequired, true);
  assert.deepEqual(decode(`${head}&Tags=`).input, { Tags: [] });
});

test('what the operation does not know is ignored, as AWS does', () => {
  const body = `${head}&UserName=a&Unknown.member.1=b&X-Amz-Date=c&__proto__=d&constructor.prototype=e`;
  const { input } = decode(body);
  assert.deepEqual(input, { UserName: 'a' });
  assert.equal(Object.getPrototypeOf(input), Object.prototype);
});

const refused: readonly (readonly [name: string, body: string, code: string])[] = [
  ['nothing', '', 'MissingAction'],
  ['no action', 'Version=2010-05-08', 'MissingAction'],
  ['an unknown action', 'Action=MakeTea&Version=2010-05-08', 'InvalidAction'],
  ['an action of JavaScript’s own', 'Action=constructor&Version=2010-05-08', 'InvalidAction'],
  ['a prototype for an action', 'Action=__proto__&Version=2010-05-08', 'InvalidAction'],
  ['an action of another case', 'Action=createuser&Version=2010-05-08', 'InvalidAction'],
  ['an unknown version', 'Action=CreateUser&Version=2010-05-09', 'InvalidAction'],
  ['no version', 'Action=CreateUser', 'InvalidAction'],
  ['a parameter twice', `${head}&UserName=a&UserName=b`, 'MalformedQueryString'],
  ['a parameter twice, once encoded', `${head}&UserName=a&User%4eame=b`, 'MalformedQueryString'],
  ['an action twice', `${head}&Action=DeleteUser`, 'MalformedQueryString'],
  ['an action in another case', `${head}&action=DeleteUser`, 'MalformedInput'],
  ['a member in another case', `${head}&username=a`, 'MalformedInput'],
  ['a nested member in another case', `${head}&Tags.member.1.key=a`, 'MalformedInput'],
  ['broken percent-encoding', `${head}&UserName=%zz`, 'MalformedQueryString'],
  ['cut percent-encoding', `${head}&UserName=%4`, 'MalformedQueryString'],
  ['bytes that are no UTF-8', `${head}&UserName=%ff`, 'MalformedQueryString'],
  ['an index of nought', `${head}&Tags.member.0.Key=a`, 'MalformedInput'],
  ['an index beyond all bounds', `${head}&Tags.member.99999.Key=a`, 'MalformedInput'],
  ['an index of eleven digits', `${head}&Tags.member.10000000000.Key=a`, 'MalformedInput'],
  ['an index that is none', `${head}&Tags.member.a.Key=a`, 'MalformedInput'],
  ['an index with a leading nought', `${head}&Tags.member.01.Key=a`, 'MalformedInput'],
  ['a list without its element', `${head}&Tags.1.Key=a`, 'MalformedInput'],
  ['a list that is a value', `${head}&Tags=a`, 'MalformedInput'],
  ['a list that is a value too', `${head}&Tags=&Tags.member.1.Key=a`, 'MalformedInput'],
  ['a structure that is a value', `${head}&Tags.member.1=a`, 'MalformedInput'],
  ['a value that is a structure', `${head}&UserName.a=b`, 'MalformedInput'],
  ['no number', 'Action=ListUsers&Version=2010-05-08&MaxItems=ten', 'MalformedInput'],
  ['an empty number', 'Action=ListUsers&Version=2010-05-08&MaxItems=', 'MalformedInput'],
  [
    'a number with a fraction',
    'Action=ListUsers&Version=2010-05-08&MaxItems=1e3',
    'MalformedInput',
  ],
  ['a number too big', 'Action=ListUsers&Version=2010-05-08&MaxItems=2147483648', 'MalformedInput'],
  [
    'no boolean',
    'Action=CreateLoginProfile&Version=2010-05-08&PasswordResetRequired=yes',
    'MalformedInput',
  ],
  ['too deep', `${head}&${'a.'.repeat(40)}b=c`, 'MalformedInput'],
  [
    'too many',
    `${head}&${Array.from({ length: 17_000 }, (_, at) => `p${at}=`).join('&')}`,
    'MalformedQueryString',
  ],
  ['too many members', `${head}&${deepNames('Tags.member.1.')}`, 'MalformedInput'],
  ['a member in another case, with members', `${head}&username.a.b=a`, 'MalformedInput'],
];

/** Sixteen thousand names of thirty levels, which are nearly half a million members. */
function deepNames(before: string): string {
  const names = Array.from({ length: 16_000 }, (_, at) => `${before}a${at}${'.b'.repeat(28)}=`);
  return names.join('&');
}

test('what the operation does not know is not taken apart, however many there are', () => {
  const body = `Action=GetCallerIdentity&Version=2011-06-15&${deepNames('')}`;
  assert.deepEqual(decodeQueryRequest(models.sts, body).input, {});
});

test('the largest of AWS is small enough', () => {
  const entries = Array.from({ length: 5000 }, (_, at) => {
    const entry = `ContextEntries.member.${at + 1}`;
    return `${entry}.ContextKeyName=a&${entry}.ContextKeyType=string&${entry}.ContextKeyValues.member.1=b`;
  });
  const action = 'Action=SimulateCustomPolicy&Version=2010-05-08';
  const { input } = decode(`${action}&${entries.join('&')}`);
  assert.equal((input.ContextEntries as unknown[]).length, 5000);
});

for (const [name, body, code] of refused) {
  test(`refused: ${name}`, () => {
    assert.throws(() => decode(body), isRefused(code));
  });
}

test('keys of a map are only keys', () => {
  const properties = 'Properties.entry';
  const { input } = decode(
    'Action=PutAccountProperties&Version=2010-05-08' +
      `&${properties}.1.key=__proto__&${properties}.1.value=a&${properties}.2.key=b&${properties}.2.value=c`,
  );
  const map = input.Properties as Record<string, string>;
  assert.deepEqual(Object.entries(map), [
    ['__proto__', 'a'],
    ['b', 'c'],
  ]);
  assert.equal(({} as Record<string, unknown>).a, undefined);
});

test('nothingButApiErrorIsThrown', () => {
  const operations = Object.keys(models.iam.operations);
  const piece = fc.oneof(
    fc.constantFrom(
      '&',
      '=',
      '.',
      '%',
      '+',
      'member',
      '1',
      '0',
      'Key',
      'Value',
      'Tags',
      'entry',
      'UserName',
      'true',
      'Action',
      'Version',
      '__proto__',
      'PolicyDocument',
      'MaxItems',
      'ActionNames',
      '%ff',
      '%00',
      'TagKeys',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const body = fc.tuple(fc.constantFrom(...operations), fc.array(piece, { maxLength: 30 }));
  fc.assert(
    fc.property(body, ([operation, pieces]) => {
      try {
        const text = `Action=${operation}&Version=2010-05-08&${pieces.join('')}`;
        const request = decode(text);
        validateInput(models.iam, request.operation, request.input);
      } catch (thrown) {
        assert(thrown instanceof ApiError, String(thrown));
        assert.equal(thrown.status, 400);
      }
    }),
    { numRuns: 3000 },
  );
});
