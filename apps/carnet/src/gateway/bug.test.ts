import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServices, defaultQuotas } from '@carnet/services';
import { openStore } from '@carnet/store';
import { createLog } from '../log.ts';
import { exchange, signedHead } from '../test-support/started-server.ts';
import { createGateway } from './gateway.ts';

test('of an exception the client learns an id, and the log what it was, without a secret', async () => {
  const lines: string[] = [];
  const store = await openStore({ dataDirectory: undefined });
  const settings = { region: 'us-east-1', quotas: defaultQuotas };
  const services = await createServices({ store, settings });
  const credentials = await services.operator.credentials({});
  const gateway = createGateway({
    services,
    log: createLog('info', { write: (line) => lines.push(line) }),
    isReady: () => Promise.resolve(false),
  });
  const port = await gateway.listen(0, '127.0.0.1');
  try {
    // What it was over falls away under it: nobody expects that.
    await services.close();
    await store.close();
    for (const [service, code] of [
      ['s3', 'InternalError'],
      ['iam', 'InternalFailure'],
    ] as const) {
      const target = service === 's3' ? '/photos/pic.jpg' : '/?Action=ListUsers&Version=2010-05-08';
      const method = 'GET';
      const payloadHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
      const head = signedHead(credentials, { method, target, service, payloadHash });
      const [reply] = await exchange(port, head);
      assert.deepEqual([reply?.status, reply?.code], [500, code]);
      const id =
        reply?.headers.get('x-amz-request-id') ?? reply?.headers.get('x-amzn-requestid') ?? '';
      assert.ok(reply?.body.includes(id));
      const line = lines.pop() ?? '';
      assert.ok(line.includes(id), line);
      const { error } = JSON.parse(line);
      assert.ok(!reply?.body.includes(error.slice(error.indexOf(':') + 2)), error);
      for (const secret of [credentials.secretAccessKey, credentials.sessionToken, 'Signature']) {
        assert.ok(!line.includes(secret));
        assert.ok(!reply?.body.includes(secret));
      }
    }
    const close = 'Host: 127.0.0.1\r\nConnection: close\r\n\r\n';
    const [ready] = await exchange(port, `GET /readyz HTTP/1.1\r\n${close}`);
    assert.equal(ready?.status, 503);
  } finally {
    await gateway.close(0);
  }
});
