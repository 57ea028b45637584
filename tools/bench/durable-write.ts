import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { type Credentials, type StartedServer, startServer } from '../../tests/started-server.ts';
import { makeUser } from './bench-user.ts';
import { type Benchmark, formatMicroseconds, median, percent } from './benchmark.ts';
import { ask, forkPart, pidOf } from './part.ts';
import { pin, processCpu } from './process-cpu.ts';
import { type RawRound, type RawRoundResult, sqliteDatabase } from './raw-writer.ts';
import { getCallerIdentity, type Round, type RoundResult } from './signed-load.ts';

const rounds = 5;
const clients = 64;
/** Calls in a round, by one client and by all. */
const alone = 250;
const together = 1000;

/** One row of the table. */
interface Contender {
  readonly name: string;
  readonly pid: number;
  readonly calls: number;
  /** The row that it is compared with, and its goal and aim. */
  readonly beside?: { readonly name: string; readonly goal: string; readonly aim: string };
  /** Milliseconds from the first call to the last answer. */
  run(): Promise<number>;
  /** What is not measured. */
  tidyUp?(): Promise<void>;
}

interface Cost {
  readonly milliseconds: number;
  readonly cpuMicroseconds: number;
}

/** H3: writes that are on disk before they are answered. */
export const durableWriteBenchmark: Benchmark = {
  title: 'H3: IAM writes, acknowledged durably',
  async run() {
    assertDisk(tmpdir());
    const server = await startServer(['--log-level', 'warn', ...sqliteDatabase.serverFlags]);
    const load = forkPart('signed-load.ts');
    const parts = [load];
    try {
      const calls = createCalls(server, load, await makeUser(server, ['iam:*']));
      await calls.send('iam', [...calls.policyUsers.map(createUser), putPolicy(0)], 1);
      const raw = await sqliteDatabase.startRawWriter(server);
      parts.push(raw);
      const pinned =
        availableParallelism() > 1 &&
        [server.pid, pidOf(raw)].every((pid) => pin(pid, 0)) &&
        pin(pidOf(load), 1);
      const contenders = [...alonesOf(server, calls, raw), ...togetherOf(server, calls)];
      return { method: method(pinned), table: table(contenders, await measure(contenders)) };
    } finally {
      for (const part of parts) part.kill();
      await server.stop();
    }
  },
};

function method(pinned: boolean): string {
  return (
    `Median of ${rounds} interleaved rounds: ${alone} calls of one client, ${together} of ` +
    `${clients} clients, each on a kept-alive connection; the limit and the server write the same ` +
    `rows to the same disk. Limit: ${sqliteDatabase.name} alone. ` +
    'CPU is that of the process which answers or commits, all its threads' +
    (pinned ? ', on one core, with the load on another. ' : ', not pinned. ') +
    'What is compared is the rate, since a write waits for the disk.'
  );
}

/** A file system in memory would acknowledge what no disk holds. */
function assertDisk(folder: string): void {
  const tmpfs = 0x01021994;
  assert.notEqual(statfsSync(folder).type, tmpfs, `${folder} is no disk: set TMPDIR to one`);
}

type Calls = ReturnType<typeof createCalls>;

function createCalls(server: StartedServer, load: ChildProcess, user: Credentials) {
  const port = Number(new URL(server.endpoint).port);
  return {
    /** Whose policy PutUserPolicy writes. */
    policyUsers: Array.from({ length: clients }, (_, index) => `policy-${index}`),
    /** Sends each form once; every answer has to be a success. */
    async send(service: string, forms: readonly string[], connections: number): Promise<number> {
      const round: Round = {
        port,
        ...user,
        connections,
        milliseconds: 0,
        calls: { service, forms },
      };
      const { statuses, elapsedMilliseconds } = await ask<RoundResult>(load, round);
      assert.deepEqual(statuses, { 200: forms.length });
      return elapsedMilliseconds;
    },
  };
}

const createUser = (name: string) => form('CreateUser', { UserName: name });
const deleteUser = (name: string) => form('DeleteUser', { UserName: name });

function putPolicy(index: number): string {
  const Resource = `arn:aws:s3:::photos/${String(index).padStart(6, '0')}/*`;
  const Statement = [{ Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'], Resource }];
  return form('PutUserPolicy', {
    UserName: `policy-${index % clients}`,
    PolicyName: 'photos',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  });
}

function form(action: string, parameters: Readonly<Record<string, string>>): string {
  return String(new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }));
}

/** One after the other, beside raw commits. */
function alonesOf(server: StartedServer, calls: Calls, raw: ChildProcess): Contender[] {
  return (['CreateUser', 'PutUserPolicy'] as const).flatMap((operation): Contender[] => {
    const limit = `raw commit, ${operation}`;
    return [
      {
        name: limit,
        pid: pidOf(raw),
        calls: alone,
        async run() {
          const round: RawRound = { operation, count: alone };
          return (await ask<RawRoundResult>(raw, round)).elapsedMilliseconds;
        },
      },
      {
        ...writes(operation, calls, alone, 1),
        pid: server.pid,
        beside: { name: limit, goal: '60 %', aim: '80 %' },
      },
    ];
  });
}

/** Many at once, beside reads. */
function togetherOf(server: StartedServer, calls: Calls): Contender[] {
  const read = (name: string, service: string, body: string): Contender => ({
    name,
    pid: server.pid,
    calls: together,
    run: () => calls.send(service, Array(together).fill(body), clients),
  });
  const limit = `GetCallerIdentity, ${clients} clients`;
  const beside = { name: limit, goal: '40 %', aim: '60 %' };
  return [
    read(limit, 'sts', getCallerIdentity),
    read(`GetUser, ${clients} clients`, 'iam', form('GetUser', { UserName: 'policy-0' })),
    ...(['CreateUser', 'PutUserPolicy'] as const).map((operation) => ({
      ...writes(operation, calls, together, clients),
      pid: server.pid,
      beside,
    })),
  ];
}

function writes(
  operation: 'CreateUser' | 'PutUserPolicy',
  calls: Calls,
  count: number,
  connections: number,
): Omit<Contender, 'pid'> {
  const name = `${operation}, ${connections} ${connections === 1 ? 'client' : 'clients'}`;
  const indexes = Array.from({ length: count }, (_, index) => index);
  if (operation === 'PutUserPolicy') {
    const run = () => calls.send('iam', indexes.map(putPolicy), connections);
    return { name, calls: count, run };
  }
  const names = indexes.map((index) => `user-${index}`);
  return {
    name,
    calls: count,
    run: () => calls.send('iam', names.map(createUser), connections),
    // Users are counted at each creation: a round must not find those of the last one.
    tidyUp: async () => void (await calls.send('iam', names.map(deleteUser), clients)),
  };
}

async function measure(contenders: readonly Contender[]): Promise<ReadonlyMap<string, Cost>> {
  const measured = contenders.map(({ name }) => ({ name, costs: [] as Cost[] }));
  for (let number = 0; number <= rounds; number += 1) {
    for (const [index, { pid, calls, run, tidyUp }] of contenders.entries()) {
      const before = processCpu(pid);
      const milliseconds = (await run()) / calls;
      const cpuMicroseconds = (processCpu(pid) - before) / calls;
      await tidyUp?.();
      // The first round warms up.
      if (number > 0) measured[index]?.costs.push({ milliseconds, cpuMicroseconds });
    }
  }
  return new Map(
    measured.map(({ name, costs }) => [
      name,
      {
        milliseconds: median(costs.map((cost) => cost.milliseconds)),
        cpuMicroseconds: median(costs.map((cost) => cost.cpuMicroseconds)),
      },
    ]),
  );
}

function table(
  contenders: readonly Contender[],
  costs: ReadonlyMap<string, Cost>,
): readonly (readonly string[])[] {
  const milliseconds = (name: string) => costs.get(name)?.milliseconds ?? Number.NaN;
  return [
    ['what', 'rate', 'CPU each', 'rate beside', 'ratio', 'goal', 'aim'],
    ...contenders.map(({ name, beside }) => [
      name,
      `${Math.round(1000 / milliseconds(name))}/s`,
      formatMicroseconds(costs.get(name)?.cpuMicroseconds ?? Number.NaN),
      beside?.name ?? '',
      beside ? percent(milliseconds(beside.name) / milliseconds(name)) : '',
      beside?.goal ?? '',
      beside?.aim ?? '',
    ]),
  ];
}
