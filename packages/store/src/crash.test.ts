import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openStore } from './open-store.ts';
import { startChild, temporaryDirectory } from './test-support.ts';

/** Writes for ever, an object file and its row each time, and says so once it is acknowledged. */
const writer = `
const store = await openStore({ dataDirectory: argument });
const started = (await store.feedPosition()).number;
async function* body(text) { yield Buffer.from(text); }
async function lane(number) {
  for (let index = 0; ; index += 1) {
    const key = [started, number, index].join('-');
    const { file } = await store.objectFiles.write(body(key));
    await store.transaction(async ({ database, changed }) => {
      await database.insertInto('s3_object').values({
        account_id: '1', bucket: 'b', key, file, size: key.length, etag: '', last_modified_at: 0,
        headers: '{}', metadata: '{}', checksums: '{}', tags: '{}',
      }).execute();
      changed({ accountId: '1', kind: 'bucket', id: key });
    });
    console.log(key);
  }
}
await Promise.all(Array.from({ length: 16 }, (_, number) => lane(number)));
`;

it('what was acknowledged is there after the process was killed at any moment', async (t) => {
  const dataDirectory = await temporaryDirectory(t);
  const acknowledged: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const child = startChild(dataDirectory, writer);
    while (child.output() === '') await wait(5);
    await wait(Math.random() * 250);
    child.process.kill('SIGKILL');
    const { errors } = await child.ended;
    assert.equal(errors, '');
    // A last line without its end was still acknowledged, but its name is cut.
    acknowledged.push(...child.output().split('\n').slice(0, -1));

    const store = await openStore({ dataDirectory });
    const rows = await store.database.selectFrom('s3_object').select(['key', 'file']).execute();
    const files = new Map(rows.map(({ key, file }) => [key, file]));
    const lost = acknowledged.filter((key) => !files.has(key));
    assert.deepEqual(lost, []);
    for (const [key, file] of files) {
      const content = Buffer.concat(await store.objectFiles.read(file).toArray());
      assert.equal(String(content), key);
    }
    const entries = await store.readFeed(0, rows.length + 1);
    assert.deepEqual(
      entries.map(({ number }) => number),
      rows.map((_, index) => index + 1),
    );
    const fed = entries.flatMap(({ changes }) => changes.map(({ id }) => id));
    assert.deepEqual(fed.sort(), [...files.keys()].sort());
    // At most one file for each of those that wrote when the process was killed.
    assert.ok((await store.sweepObjectFiles()) <= 16);
    await store.close();
  }
  assert.ok(acknowledged.length > 20, `only ${acknowledged.length} writes were acknowledged`);
});

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
