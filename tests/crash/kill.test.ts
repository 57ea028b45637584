/**
 * kill -9 at random moments while other processes write to IAM and S3: what was acknowledged is
 * there, byte for byte, and what was not is wholly there or wholly not.
 *
 *     CARNET_CRASH_KILLS=500 CARNET_CRASH_SEED=1 node --conditions=@carnet/source --test FILE
 */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { startServer } from '../started-server.ts';
import { announcedSeed, killWhileStarting, prepareCrashes, seededRandom } from './crash-round.ts';
import { examineData } from './examine-data.ts';
import { Ledger } from './ledger.ts';

const kills = Number(process.env.CARNET_CRASH_KILLS ?? 20);

it(`loses no acknowledged write, and leaves nothing half done, in ${kills} kills`, async () => {
  const random = seededRandom(announcedSeed('kill -9'));
  const folder = mkdtempSync(join(tmpdir(), 'carnet-crash-'));
  const ledger = new Ledger();
  let server = await startServer([], folder);
  const crashes = await prepareCrashes(server, ledger);
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      await crashes.writeUntil(server, random() * 400, () => server.crash());
      // A start may be killed too, and what it was putting right is put right by the next.
      if (kill % 5 === 4) await killWhileStarting(folder, 150 + random() * 400);
      server = await startServer([], folder);
      await crashes.settle(server);
    }
    const things = await crashes.checkAll(server);
    await server.crash();
    await examineData(join(folder, '.carnet'), ledger);
    const { acknowledged, unanswered, surviving } = ledger;
    process.stdout.write(
      `${kills} kills: ${acknowledged.length} writes acknowledged, ${unanswered} under way, of ` +
        `which ${surviving} had been done; ${things} things compared\n`,
    );
    assert.ok(acknowledged.length > 10 * kills, 'too few writes to tell');
    assert.ok(unanswered > kills, 'too few writes were under way to tell');
    server = await startServer([], folder);
  } finally {
    crashes.stop();
    assert.equal(await server.stop(), 0);
  }
});
