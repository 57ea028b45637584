import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type Store, StoreUnavailable } from '@carnet/store';
import { Audit } from './audit.ts';
import type { AuditEvent } from './audit-record.ts';
import { testingStore } from './testing-store.ts';

const event: AuditEvent = {
  eventId: '00000000-0000-4000-8000-000000000000',
  caller: { kind: 'anonymous' },
  accountId: '111111111111',
  time: 0,
  service: 's3',
  operation: 'GetObject',
  region: 'us-east-1',
  sourceIp: '127.0.0.1',
  userAgent: undefined,
  requestId: 'TEST',
  readOnly: true,
  requestParameters: {},
  responseElements: undefined,
  errorCode: undefined,
  errorMessage: undefined,
};

test('a block whose confirmation was lost is written once, and holds nothing up', async (t) => {
  const store = await testingStore.open();
  t.after(() => store.close());
  let lost = true;
  const forgetful: Store = {
    ...store,
    async transaction(work) {
      const result = await store.transaction(work);
      if (lost) throw new StoreUnavailable('no answer', { outcome: 'unknown' });
      return result;
    },
  };
  const audit = new Audit(forgetful, () => undefined);
  audit.note(event);
  await assert.rejects(audit.flush(), StoreUnavailable);
  lost = false;
  audit.note({ ...event, requestId: 'NEXT' });
  await audit.flush();
  const rows = await store.database.selectFrom('audit_block').select('events').execute();
  assert.deepEqual(
    rows.map(({ events }) => events),
    [1, 1],
  );
});

test('at the end blocks are written while there is room, and what is lost is counted', async (t) => {
  const store = await testingStore.open();
  t.after(() => store.close());
  const full = new Error('no room');
  let room = 2;
  const filling: Store = {
    ...store,
    async requireRoom() {
      if (room === 0) throw full;
      room -= 1;
    },
  };
  const audit = new Audit(filling, () => undefined);
  for (let index = 0; index < 600; index += 1) audit.note(event);
  assert.deepEqual(await audit.close(), { records: 100, error: full });
  const rows = await store.database.selectFrom('audit_block').select('events').execute();
  assert.deepEqual(
    rows.map(({ events }) => events),
    [250, 250],
  );
  room = 1;
  assert.equal(await audit.close(), undefined);
});

test('the end waits for a block that is being written, and counts it when it fails', async (t) => {
  const store = await testingStore.open();
  t.after(() => store.close());
  const begun = Promise.withResolvers<void>();
  const outcome = Promise.withResolvers<never>();
  const slow: Store = {
    ...store,
    transaction() {
      begun.resolve();
      return outcome.promise;
    },
  };
  const audit = new Audit(slow, () => undefined);
  audit.note(event);
  await begun.promise;
  const closed = audit.close();
  const failure = new StoreUnavailable('it is away');
  outcome.reject(failure);
  assert.deepEqual(await closed, { records: 1, error: failure });
});

test('records that wait are weighed, not only counted', async (t) => {
  const store = await testingStore.open();
  t.after(() => store.close());
  const audit = new Audit(store, () => undefined);
  // As much as a refused call may leave, of a kind that does not compress to nothing.
  const large = () => ({
    ...event,
    requestParameters: { noise: randomBytes(3900).toString('hex') },
  });
  let noted = 0;
  assert.throws(
    () => {
      for (; noted < 50_000; noted += 1) {
        audit.requireRoom();
        audit.note(large());
      }
    },
    { code: 'ServiceUnavailable', status: 503 },
  );
  assert.ok(noted > 10_000, `${noted} records`);
  await audit.flush();
  audit.requireRoom();
});
