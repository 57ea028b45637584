/**
 * The power goes while other processes write: what the server's disk had not been told to keep is
 * gone. The disk is a file system in a file, and the file as it is at that moment is what a disk
 * would hold afterwards: it has what was synced, and little else.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { makeImage, mountImage, whyNoDisk } from '../mounted-disk.ts';
import { announcedSeed, prepareCrashes, seededRandom } from './crash-round.ts';
import { sqlite } from './database.ts';
import { examineData } from './examine-data.ts';
import { Ledger } from './ledger.ts';

const losses = Number(process.env.CARNET_CRASH_LOSSES ?? 3);

it(`keeps every acknowledged write when the power goes, ${losses} times`, {
  skip: whyNoDisk('image'),
}, async () => {
  const random = seededRandom(announcedSeed('power loss'));
  const images = mkdtempSync(join(tmpdir(), 'carnet-power-'));
  const ledger = new Ledger();
  let disk = mountImage(makeImage(join(images, '0')));
  mkdirSync(disk.folder);
  let server = await sqlite.start(disk.folder);
  const crashes = await prepareCrashes(server, ledger);
  try {
    for (let loss = 0; loss < losses; loss += 1) {
      const [before, after] = [join(images, String(loss)), join(images, String(loss + 1))];
      await crashes.writeUntil(server, random() * 500, async () => {
        process.kill(server.pid, 'SIGSTOP');
        copyFileSync(before, after);
        await server.crash();
      });
      disk.unmount();
      rmSync(before);
      disk = mountImage(after);
      server = await sqlite.start(disk.folder);
      await crashes.settle(server);
    }
    await crashes.checkAll(server);
    await server.crash();
    await examineData(sqlite, disk.folder, ledger);
    process.stdout.write(
      `${losses} losses of power: ${ledger.acknowledged.length} writes acknowledged, ` +
        `${ledger.unanswered} under way, of which ${ledger.surviving} had been done\n`,
    );
    assert.ok(ledger.acknowledged.length > 10 * losses, 'too few writes to tell');
  } finally {
    crashes.stop();
    await server.crash();
    disk.unmount();
    rmSync(images, { recursive: true });
  }
});
