import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateGroupCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { StartedServer } from '../started-server.ts';
import { incomingFiles } from './examine-data.ts';
import type { Ledger } from './ledger.ts';
import { observe } from './observe.ts';
import { startWriter } from './start-writer.ts';
import { bucketName, groupName, type Round } from './write.ts';

/** How much each writer is told before anything happens. */
const least = 6;

/** Writers, what they were told, and a client that looks. */
export interface Crashes {
  readonly ledger: Ledger;
  /** Lets the writers write for a while, then has `crash` end the server under them. */
  writeUntil(
    server: StartedServer,
    milliseconds: number,
    crash: () => Promise<void>,
    options?: {
      /** A crash that a writer between two writes does not notice: once more until all have. */
      readonly untilNoticed?: boolean;
    },
  ): Promise<void>;
  /** Holds the server that came after against what the writers were told. */
  settle(server: StartedServer): Promise<void>;
  /** The same of everything since the beginning; resolves with how many things that are. */
  checkAll(server: StartedServer): Promise<number>;
  stop(): void;
}

/** `server` is the first; its session outlives every crash, which is part of what is shown. */
export async function prepareCrashes(server: StartedServer, ledger: Ledger): Promise<Crashes> {
  const credentials = server.credentials();
  const clients = ({ endpoint }: StartedServer) => {
    const settings = { endpoint, region: 'us-east-1', credentials };
    return {
      iam: new IAMClient(settings),
      s3: new S3Client({ ...settings, forcePathStyle: true }),
    };
  };
  const look = async <Result>(
    at: StartedServer,
    work: (observing: (thing: string) => ReturnType<typeof observe>) => Promise<Result>,
  ) => {
    const { iam, s3 } = clients(at);
    const result = await work((thing) => observe(iam, s3, thing));
    iam.destroy();
    s3.destroy();
    return result;
  };
  const { iam, s3 } = clients(server);
  await s3.send(new CreateBucketCommand({ Bucket: bucketName }));
  await iam.send(new CreateGroupCommand({ GroupName: groupName }));
  const writers = ['a', 'b'].map((name) => startWriter(name, ledger));
  let number = 0;
  return {
    ledger,
    async writeUntil({ endpoint }, milliseconds, crash, { untilNoticed = false } = {}) {
      const round: Round = { number, endpoint, credentials };
      number += 1;
      const ended = Promise.all(writers.map((writer) => writer.write(round)));
      while (writers.some((writer) => writer.acknowledged() < least)) {
        await Promise.race([sleep(2), ended]);
      }
      await sleep(milliseconds);
      await crash();
      let isNoticed = !untilNoticed;
      while (!isNoticed) {
        isNoticed = await Promise.race([ended.then(() => true), sleep(300).then(() => false)]);
        if (!isNoticed) await crash();
      }
      await ended;
    },
    async settle(after) {
      const { CARNET_DATA_DIR: dataDirectory = '' } = after.environment;
      assert.deepEqual(incomingFiles(dataDirectory), [], 'half a file is left');
      await look(after, (observing) => ledger.settle(observing));
    },
    checkAll: (after) => look(after, (observing) => ledger.checkAll(observing)),
    stop() {
      for (const writer of writers) writer.stop();
    },
  };
}

/** Fractions from 0 to 1 that are the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // The generator of Numerical Recipes: the moments of crashes need no better one.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The seed of a run, from the environment or new, and said so that the run can be repeated. */
export function announcedSeed(name: string): number {
  const seed = Number(process.env.CARNET_CRASH_SEED ?? Date.now() % 1_000_000);
  process.stdout.write(`${name}: CARNET_CRASH_SEED=${seed}\n`);
  return seed;
}
