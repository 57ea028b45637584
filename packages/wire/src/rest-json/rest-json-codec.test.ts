import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as lambda from '@aws-sdk/client-lambda';
import { HttpResponse } from '@smithy/core/protocols';
import { ApiError } from '../api-error.ts';
import { arbitraryStructure, samples, type Value } from '../arbitrary-value.test.ts';
import { structureOf } from '../model-lookup.ts';
import { models } from '../models.ts';
import { decodeRestJsonRequest } from './decode-rest-json-request.ts';
import { encodeRestJsonError, encodeRestJsonResponse } from './encode-rest-json-response.ts';
import { routeRestJson } from './route-rest-json.ts';

const model = models.lambda;

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A client whose requests are kept and whose answers are ours. */
function newClient() {
  const captured = {
    request: undefined as HttpRequest | undefined,
    answer: encodeRestJsonError(new ApiError('ServiceException', 500, '')),
  };
  const client = new lambda.LambdaClient({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: HttpRequest) {
        captured.request = request;
        const { status, headers, body: bytes } = captured.answer;
        const body = new Response((bytes as string | undefined) ?? '').body;
        const response = { statusCode: status, headers: Object.fromEntries(headers), body };
        return { response: new HttpResponse(response) };
      },
    },
  });
  return { captured, client: client as unknown as { send(command: object): Promise<Value> } };
}

function received(request: HttpRequest) {
  const { body = '' } = request;
  return {
    method: request.method,
    path: request.path,
    query: Object.entries(request.query).flatMap(([name, value]) =>
      [value].flat().map((one) => [name, one] as const),
    ),
    headers: new Map(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  };
}

/** Answers with a stream of events. */
const elsewhere = new Set(['InvokeWithResponseStream']);
/** Without them the client makes its own, or has nothing where no bytes were. */
const always = new Set(['ClientToken', 'Payload']);
const commands = lambda as unknown as Record<string, new (input: object) => object>;
const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:thumbnail';

/** The member that is the answer's status. */
function statusMember(output: string | undefined, status: number | undefined): Value {
  const members = Object.entries(structureOf(model, output).members);
  return Object.fromEntries(
    members.flatMap(([name, { location }]) => (location === 'statusCode' ? [[name, status]] : [])),
  );
}

describe('AWS’s client for lambda', () => {
  for (const [operation, { input, output, http }] of Object.entries(model.operations)) {
    if (elsewhere.has(operation)) continue;
    test(operation, async () => {
      const { captured, client } = newClient();
      const Command = commands[`${operation}Command`];
      assert(Command, 'the client has the operation');
      const fixed = { Resource: functionArn, FunctionName: 'a b/ü+%?:$', Arn: functionArn };
      const inputs = samples(arbitraryStructure(model, input, { fixed, always, minItems: 1 }));
      const status = statusMember(output, http?.status);
      const answers = samples(
        arbitraryStructure(model, output, { fixed: status, always, minItems: 1 }),
      );
      for (const [at, value] of inputs.entries()) {
        const answer = answers[at] ?? {};
        captured.answer = encodeRestJsonResponse(model, operation, answer);
        const { $metadata, ...answered } = await client.send(new Command(value));
        assert(captured.request);
        const request = received(captured.request);
        const route = routeRestJson(model, request);
        assert.equal(route?.operation, operation);
        const decoded = decodeRestJsonRequest(model, operation, { ...request, ...route });
        assert.deepEqual(plain(decoded), plain(value));
        assert.deepEqual(plain({ ...status, ...answered }), plain({ ...status, ...answer }));
      }
    });
  }
});

test('a path leads to its operation, and to none when the signature knows another form of it', () => {
  const route = (method: string, path: string, query: [string, string][] = []) =>
    routeRestJson(model, { method, path, query })?.operation;
  assert.equal(route('POST', '/2015-03-31/functions'), 'CreateFunction');
  assert.equal(route('POST', '/2015-03-31/functions/'), 'CreateFunction');
  assert.equal(route('GET', '/2015-03-31/functions/f/policy'), 'GetPolicy');
  assert.equal(route('GET', '/2018-10-31/layers'), 'ListLayers');
  const find: [string, string] = ['find', 'LayerVersion'];
  assert.equal(route('GET', '/2018-10-31/layers', [find]), 'GetLayerVersionByArn');
  for (const path of [
    '',
    '/',
    '//',
    '/2015-03-31/functions//',
    '/2015-03-31//functions',
    '/2015-03-31/functions/./policy',
    '/2015-03-31/functions/f/../policy',
    '/2015-03-31/functions/../',
    '/2015-03-31/functions/f/policy/extra/more',
    '/2015-03-31/functions/%ff/policy',
    '/2015-03-31/Functions/f/policy',
    '/2015-03-31/functions%2Ff/policy',
    '/constructor',
  ]) {
    assert.equal(route('GET', path), undefined, path);
  }
  assert.equal(route('PATCH', '/2015-03-31/functions'), undefined);
});

test('a label is decoded once, and an ARN is a label', () => {
  const label = (text: string) =>
    routeRestJson(model, { method: 'GET', path: `/2017-03-31/tags/${text}`, query: [] })?.labels;
  assert.deepEqual(label(functionArn), new Map([['Resource', functionArn]]));
  assert.deepEqual(label(encodeURIComponent(functionArn)), new Map([['Resource', functionArn]]));
  assert.deepEqual(label('a%252Fb%2Fc'), new Map([['Resource', 'a%2Fb/c']]));
});

function decode(body: string, operation = 'CreateFunction') {
  return decodeRestJsonRequest(model, operation, {
    labels: new Map([['FunctionName', 'f']]),
    query: [],
    headers: new Map(),
    body: new TextEncoder().encode(body),
  });
}

const malformed = (thrown: unknown) =>
  thrown instanceof ApiError && thrown.code === 'SerializationException' && thrown.status === 400;

test('a body that another reader could take otherwise is refused', () => {
  const good = { Role: 'r', Timeout: 3, Publish: true, Environment: { Variables: { a: 'b' } } };
  assert.deepEqual(plain(decode(JSON.stringify(good))), good);
  for (const body of [
    '{"Role":"a","Role":"b"}',
    '{"role":"a"}',
    '{"Role":"a","ROLE":"b"}',
    '{"Environment":{"variables":{}}}',
    '{"Environment":{"Variables":{"a":"1","a":"2"}}}',
    '{"anything":{"a":1,"a":2}}',
    '{"Timeout":"3"}',
    '{"Timeout":3.5}',
    '{"Timeout":3e0}',
    '{"Timeout":99999999999}',
    '{"Publish":"true"}',
    '{"Publish":1}',
    '{"Role":7}',
    '{"Role":["a"]}',
    '{"Role":"\\ud800"}',
    '{"Code":{"ZipFile":"*"}}',
    '{"Code":"x"}',
    '{"Code":[]}',
    '{"Layers":{}}',
    '{"Environment":{"Variables":[]}}',
    '{"Environment":{"Variables":{"a":null}}}',
    '{"Role":"a"',
    '{"Role":"a"} {}',
    "{'Role':'a'}",
    '{"Role":"a",}',
    '{"Role":"a\nb"}',
    '{"Role":"\\x"}',
    '{"Role":"\\',
    '[]',
    'null',
    '"x"',
    `{"x":${'['.repeat(40)}${']'.repeat(40)}}`,
    `{"x":[${'1,'.repeat(20_000)}1]}`,
    '\ufeff{}',
  ]) {
    assert.throws(() => decode(body), malformed, body.slice(0, 80));
  }
});

test('bytes that are no UTF-8 are refused', () => {
  const body = Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d);
  const request = { labels: new Map(), query: [], headers: new Map(), body };
  assert.throws(() => decodeRestJsonRequest(model, 'CreateFunction', request), malformed);
});

test('unknown members are ignored, and names of JavaScript’s own do no harm', () => {
  const variables = '{"__proto__":"a","constructor":"b","toString":"c"}';
  const text = `{"__proto__":{"Role":"x"},"constructor":1,"New":[{}],"Environment":{"Variables":${variables}}}`;
  const { Environment: environment, ...others } = decode(text) as {
    Environment: { Variables: Record<string, string> };
  };
  assert.deepEqual(others, {});
  assert.deepEqual(Object.keys(environment.Variables), ['__proto__', 'constructor', 'toString']);
  const answer = { Variables: environment.Variables };
  const { body } = encodeRestJsonResponse(model, 'CreateFunction', { Environment: answer });
  assert.equal(body, `{"Environment":{"Variables":${variables}}}`);
});

test('a member that is null is not there, and so is a body that is empty', () => {
  assert.deepEqual(decode('{"Role":null}'), {});
  assert.deepEqual(decode('', 'UpdateFunctionConfiguration'), { FunctionName: 'f' });
});

test('a parameter that comes twice, or in another case, is refused; a list may repeat it', () => {
  const call = (operation: string, query: [string, string][]) =>
    decodeRestJsonRequest(model, operation, {
      labels: new Map([['Resource', functionArn]]),
      query,
      headers: new Map(),
      body: new Uint8Array(),
    });
  assert.deepEqual(
    call('UntagResource', [
      ['tagKeys', 'a'],
      ['tagKeys', 'b'],
    ]),
    { Resource: functionArn, TagKeys: ['a', 'b'] },
  );
  assert.deepEqual(call('ListFunctions', [['maxItems2', '1']]), {});
  for (const query of [
    [
      ['MaxItems', '1'],
      ['MaxItems', '2'],
    ],
    [['maxitems', '1']],
    [['MaxItems', '1x']],
  ] as [string, string][][]) {
    assert.throws(() => call('ListFunctions', query), malformed);
  }
});

test('an answer of bytes goes out as they are, with its status and headers', () => {
  const output = { StatusCode: 202, FunctionError: 'Unhandled', Payload: Uint8Array.of(0, 255) };
  const { status, headers, body } = encodeRestJsonResponse(model, 'Invoke', output);
  assert.equal(status, 202);
  assert.deepEqual(new Map(headers).get('x-amz-function-error'), 'Unhandled');
  assert.deepEqual(body, output.Payload);
  assert.equal(encodeRestJsonResponse(model, 'DeleteFunction', {}).status, 200);
  const removed = encodeRestJsonResponse(model, 'RemovePermission', undefined);
  assert.deepEqual([removed.status, removed.body], [204, undefined]);
  assert.throws(() => encodeRestJsonResponse(model, 'GetFunction', { Tags: { a: 1 } }), TypeError);
});

test('a client understands our errors', async () => {
  const { captured, client } = newClient();
  const message = `Function not found: ${functionArn}`;
  const error = new ApiError('ResourceNotFoundException', 404, message, { Type: 'User' });
  captured.answer = encodeRestJsonError(error);
  assert.equal(
    captured.answer.body,
    `{"Type":"User","Message":"${message}","message":"${message}"}`,
  );
  const command = new lambda.GetFunctionCommand({ FunctionName: 'thumbnail' });
  await assert.rejects(client.send(command), (thrown) => {
    assert(thrown instanceof lambda.ResourceNotFoundException);
    assert.equal(thrown.message, message);
    assert.equal(thrown.Type, 'User');
    return true;
  });
});

/** Without prototypes and without members that are undefined. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Array.from(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.map(([name, one]) => [name, plain(one)]));
}
