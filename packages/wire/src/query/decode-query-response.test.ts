import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../api-error.ts';
import { carnetModel } from '../carnet-model.ts';
import { decodeQueryResponse } from './decode-query-response.ts';
import { encodeQueryError, encodeQueryResponse } from './encode-query-response.ts';

const operation = 'GetInstanceMetadata';

test('an answer is read as it was written', () => {
  const output = {
    Instance: { InstanceId: 'i-0123456789abcdef0', LaunchTime: new Date('2026-01-02T03:04:05Z') },
    InstanceProfile: {
      Exists: false,
      RoleName: 'Photo+App@Role',
      Credentials: { SecretAccessKey: 'a/b+c<&>"' },
    },
  };
  const text = encodeQueryResponse(carnetModel, operation, output, 'request');
  assert.deepEqual(decodeQueryResponse(carnetModel, operation, { status: 200, text }), output);
});

test('an error is thrown with its code, its status and its words', () => {
  const error = new ApiError('IncorrectInstanceState', 400, 'It <is> not running.');
  const text = encodeQueryError(error, 'request', carnetModel);
  assert.throws(() => decodeQueryResponse(carnetModel, operation, { status: 400, text }), {
    name: error.name,
    code: 'IncorrectInstanceState',
    status: 400,
    message: 'It <is> not running.',
  });
});

test('anything else is not believed, whatever its status', () => {
  const answer = encodeQueryResponse(carnetModel, operation, { Instance: {} }, 'request');
  const other = answer.replaceAll(operation, 'GetSomethingElse');
  const answers = [
    ['', 200],
    ['<html><body>503</body></html>', 503],
    ['<html><body>welcome</body></html>', 200],
    ['{"Instance":{}}', 200],
    [answer, 403],
    [other, 200],
    [answer.slice(0, -5), 200],
    ['<ErrorResponse><Error></Error></ErrorResponse>', 400],
  ] as const;
  for (const [text, status] of answers) {
    assert.throws(
      () => decodeQueryResponse(carnetModel, operation, { status, text }),
      { code: 'MalformedXML' },
      text,
    );
  }
});
