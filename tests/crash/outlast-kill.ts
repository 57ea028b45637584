import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announcedSeed, prepareCrashes, seededRandom } from './crash-round.ts';
import type { Database } from './database.ts';
import { examineData } from './examine-data.ts';
import { Ledger } from './ledger.ts';

/** Kills the server so often under its writers, and compares everything each time. */
export async function outlastKills(database: Database, kills: number): Promise<void> {
  const random = seededRandom(announcedSeed(`kill -9, ${database.name}`));
  const folder = mkdtempSync(join(tmpdir(), 'carnet-crash-'));
  const ledger = new Ledger();
  let server = await database.start(folder);
  const crashes = await prepareCrashes(server, ledger);
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      await crashes.writeUntil(server, random() * 400, () => server.crash());
      // A start may be killed too, and what it was putting right is put right by the next.
      if (kill % 5 === 4) await database.killWhileStarting(folder, 150 + random() * 400);
      server = await database.start(folder);
      await crashes.settle(server);
    }
    const things = await crashes.checkAll(server);
    await server.crash();
    await examineData(database, folder, ledger);
    const { acknowledged, unanswered, surviving } = ledger;
    process.stdout.write(
      `${kills} kills, ${database.name}: ${acknowledged.length} writes acknowledged, ` +
        `${unanswered} under way, of which ${surviving} had been done; ${things} things compared\n`,
    );
    assert.ok(acknowledged.length > 10 * kills, 'too few writes to tell');
    assert.ok(unanswered > kills, 'too few writes were under way to tell');
    server = await database.start(folder);
    assert.equal(await server.stop(), 0);
  } finally {
    crashes.stop();
    await server.stop();
  }
}
