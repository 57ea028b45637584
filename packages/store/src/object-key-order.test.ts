import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { it } from 'node:test';
import { kinds, openTestStore } from './test-support.ts';

for (const kind of kinds) {
  it(`object keys are in the order of their UTF-8 bytes, however long they are (${kind})`, async (t) => {
    const store = await openTestStore(t, kind);
    // UTF-16, which JavaScript sorts by, has the emoji before the private-use character.
    const longest = randomBytes(512).toString('hex');
    const keys = [
      longest,
      'a',
      'B',
      'é',
      'z',
      '\u{e000}',
      '\u{1f600}',
      'a/b',
      'a b',
      'A',
      'e\u0301',
      '~',
    ];
    await store.transaction(async ({ database }) => {
      for (const key of keys) {
        await database
          .insertInto('s3_object')
          .values({
            account_id: '1',
            bucket: 'b'.repeat(63),
            key,
            file: key,
            size: 0,
            etag: '',
            last_modified_at: 0,
            headers: '',
            metadata: '',
            checksums: '',
            tags: '',
          })
          .execute();
      }
    });
    const rows = await store.database
      .selectFrom('s3_object')
      .select('key')
      .where('bucket', '=', 'b'.repeat(63))
      .orderBy('key')
      .execute();
    const expected = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(
      rows.map(({ key }) => key),
      expected,
    );
    assert.notDeepEqual(expected, keys.toSorted());
  });
}
