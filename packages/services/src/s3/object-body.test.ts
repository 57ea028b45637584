import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { openStore } from '@carnet/store';
import { copyBody } from './object-body.ts';

it('a copy that cannot be begun lets go of its source', async (t) => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'carnet-copy-'));
  t.after(() => rm(dataDirectory, { recursive: true, force: true }));
  const store = await openStore({ dataDirectory });
  t.after(() => store.close());
  // As a disk without room does, the folder that is gone fails before a byte is asked for.
  await rm(join(dataDirectory, 'objects'), { recursive: true });
  const source = Readable.from([Buffer.from('bytes')]);
  await assert.rejects(copyBody(store.objectFiles, source, []), { code: 'ENOENT' });
  assert.equal(source.destroyed, true);
});
