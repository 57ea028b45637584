import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { HttpResponse } from '@smithy/core/protocols';
import { ApiError } from '../api-error.ts';
import {
  type ArbitraryOptions,
  arbitraryStructure,
  samples,
  type Value,
} from '../arbitrary-value.test.ts';
import type { ServiceModel } from '../model.ts';
import { models } from '../models.ts';
import { decodeQueryRequest } from './decode-query-request.ts';
import { encodeQueryError, encodeQueryResponse } from './encode-query-response.ts';

interface Captured {
  body: string;
  answer: string;
  status: number;
}

const config = {
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1:1',
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a' },
  maxAttempts: 1,
};

/** A handler that keeps what the client sends and answers what it is told to. */
function captureInto(captured: Captured) {
  return {
    async handle(request: { body?: string }) {
      captured.body = request.body ?? '';
      const body = new Response(captured.answer).body;
      return { response: new HttpResponse({ statusCode: captured.status, headers: {}, body }) };
    },
  };
}

type Client = { send(command: object): Promise<Value> };
type Commands = Record<string, new (input: object) => object>;

const services: readonly [ServiceModel, Commands, (captured: Captured) => Client][] = [
  [
    models.iam,
    iam as unknown as Commands,
    (captured) =>
      new iam.IAMClient({ ...config, requestHandler: captureInto(captured) }) as unknown as Client,
  ],
  [
    models.sts,
    sts as unknown as Commands,
    (captured) =>
      new sts.STSClient({ ...config, requestHandler: captureInto(captured) }) as unknown as Client,
  ],
  [
    models.ec2,
    ec2 as unknown as Commands,
    (captured) =>
      new ec2.EC2Client({ ...config, requestHandler: captureInto(captured) }) as unknown as Client,
  ],
];

for (const [model, commands, newClient] of services) {
  describe(`AWS's client for ${model.service}`, () => {
    for (const [operation, { input, output }] of Object.entries(model.operations)) {
      test(operation, async () => {
        const captured: Captured = { body: '', answer: '', status: 200 };
        const client = newClient(captured);
        const Command = commands[`${operation}Command`];
        assert(Command, 'the client has the operation');
        const inputs = samples(arbitraryStructure(model, input, sent(model)));
        const outputs = samples(arbitraryStructure(model, output, { minItems: 0 }));
        for (const [at, value] of inputs.entries()) {
          const answer = outputs[at] ?? {};
          captured.answer = encodeQueryResponse(model, operation, answer, 'request-id');
          const { $metadata, ...received } = await client.send(new Command(value));
          const decoded = decodeQueryRequest(model, captured.body);
          assert.equal(decoded.operation, operation);
          assert.deepEqual(plain(decoded.input), plain(value));
          assert.deepEqual(plain(received), plain(answer));
        }
      });
    }
  });
}

/** EC2's client sends nothing for an empty list, and a token of its own where none is given. */
function sent({ protocol }: ServiceModel): ArbitraryOptions {
  if (protocol !== 'ec2') return { minItems: 0 };
  return { minItems: 1, always: new Set(['ClientToken']) };
}

test('a client understands our errors', async () => {
  const captured: Captured = { body: '', answer: '', status: 404 };
  const error = new ApiError('NoSuchEntity', 404, 'The user with name <bob> cannot be found.');
  captured.answer = encodeQueryError(error, 'request-id', models.iam);
  const client = new iam.IAMClient({ ...config, requestHandler: captureInto(captured) });
  await assert.rejects(client.send(new iam.GetUserCommand({ UserName: 'bob' })), (thrown) => {
    assert(thrown instanceof iam.NoSuchEntityException);
    assert.equal(thrown.message, 'The user with name <bob> cannot be found.');
    return true;
  });
});

test('a client of EC2 understands our errors', async () => {
  const captured: Captured = { body: '', answer: '', status: 400 };
  const message = "The instance ID 'i-<0>' does not exist";
  const error = new ApiError('InvalidInstanceID.NotFound', 400, message);
  captured.answer = encodeQueryError(error, 'request-id', models.ec2);
  assert.equal(
    captured.answer,
    '<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code>' +
      '<Message>The instance ID &apos;i-&lt;0&gt;&apos; does not exist</Message></Error></Errors>' +
      '<RequestID>request-id</RequestID></Response>',
  );
  const client = new ec2.EC2Client({ ...config, requestHandler: captureInto(captured) });
  await assert.rejects(client.send(new ec2.DescribeInstancesCommand({})), (thrown) => {
    assert(thrown instanceof ec2.EC2ServiceException);
    assert.equal(thrown.name, 'InvalidInstanceID.NotFound');
    assert.equal(thrown.message, message);
    return true;
  });
});

test('an answer of EC2 looks as AWS writes it', () => {
  const output = {
    TerminatingInstances: [
      {
        InstanceId: 'i-0123456789abcdef0',
        CurrentState: { Code: 32, Name: 'shutting-down' },
        PreviousState: { Code: 16, Name: 'running' },
      },
    ],
  };
  assert.equal(
    encodeQueryResponse(models.ec2, 'TerminateInstances', output, 'request-id'),
    '<TerminateInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
      '<requestId>request-id</requestId><instancesSet><item>' +
      '<instanceId>i-0123456789abcdef0</instanceId>' +
      '<currentState><code>32</code><name>shutting-down</name></currentState>' +
      '<previousState><code>16</code><name>running</name></previousState>' +
      '</item></instancesSet></TerminateInstancesResponse>',
  );
  assert.equal(
    encodeQueryResponse(models.ec2, 'CreateTags', undefined, 'request-id'),
    '<CreateTagsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
      '<requestId>request-id</requestId><return>true</return></CreateTagsResponse>',
  );
});

test('a failure of ours is the receiver’s, and no control character spoils the document', () => {
  const text = encodeQueryError(
    new ApiError('InternalFailure', 500, 'a\u0000b\rc'),
    'i',
    models.sts,
  );
  assert.equal(
    text,
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>' +
      '<Type>Receiver</Type><Code>InternalFailure</Code><Message>a\ufffdb&#xd;c</Message></Error>' +
      '<RequestId>i</RequestId></ErrorResponse>',
  );
});

test('an error without words has no element for them', () => {
  const text = encodeQueryError(new ApiError('ReportNotPresent', 410, ''), 'i', models.iam);
  assert.equal(
    text,
    '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error>' +
      '<Type>Sender</Type><Code>ReportNotPresent</Code></Error>' +
      '<RequestId>i</RequestId></ErrorResponse>',
  );
});

test('an answer looks as AWS writes it', () => {
  const output = {
    User: {
      UserName: 'dave',
      Path: '/',
      UserId: 'AIDAEXAMPLE',
      Arn: 'arn:aws:iam::123456789012:user/dave',
      CreateDate: new Date('2026-11-23T12:00:00.789Z'),
    },
  };
  assert.equal(
    encodeQueryResponse(models.iam, 'CreateUser', output, 'request-id'),
    '<CreateUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateUserResult>' +
      '<User><Path>/</Path><UserName>dave</UserName><UserId>AIDAEXAMPLE</UserId>' +
      '<Arn>arn:aws:iam::123456789012:user/dave</Arn>' +
      '<CreateDate>2026-11-23T12:00:00Z</CreateDate></User></CreateUserResult>' +
      '<ResponseMetadata><RequestId>request-id</RequestId></ResponseMetadata></CreateUserResponse>',
  );
  assert.equal(
    encodeQueryResponse(models.iam, 'DeleteUser', undefined, 'request-id'),
    '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">' +
      '<ResponseMetadata><RequestId>request-id</RequestId></ResponseMetadata></DeleteUserResponse>',
  );
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
