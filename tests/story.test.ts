/**
 * Runs the README's tour exactly as it stands there, in bash, with the `aws` command line, against
 * the shipped program in a process of its own.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  databaseSettings,
  databases,
  root,
  type StartedServer,
  startServer,
} from './started-server.ts';
import { type StoryBlock, storyBlocks } from './story-blocks.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = storyBlocks(readme);
const tour = blocks.slice(1, -1);
const aws = spawnSync('aws', ['--version'], { encoding: 'utf8' });
const reason = aws.status === 0 ? false : 'the aws command line is not installed';
if (reason !== false) process.stdout.write(`skipped: the README's tour; ${reason}\n`);

const mark = '=== block';

/** One bash for all blocks, since they share variables and functions. Counts failed commands. */
function script(): string {
  const counted = tour.map(
    ({ commands }, index) =>
      `${commands}\nprintf '\\n${mark} ${index} %s\\n' "$failed"; failed=0\n`,
  );
  return `exec 2>&1\nfailed=0\ntrap 'failed=$((failed + 1))' ERR\n${counted.join('')}`;
}

interface Outcome {
  readonly lines: readonly string[];
  readonly failed: number;
}

async function runTour(server: StartedServer): Promise<Outcome[]> {
  const strangersPath = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter);
  const bash = spawn('bash', ['-s'], {
    cwd: root,
    env: { ...server.environment, PATH: strangersPath },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  bash.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  bash.stdin.end(script());
  await once(bash, 'close');
  const outcomes: Outcome[] = [];
  let lines: string[] = [];
  for (const line of output.split(/[\r\n]+/)) {
    if (line.startsWith(mark)) {
      outcomes.push({ lines, failed: Number(line.split(' ').at(-1)) });
      lines = [];
    } else {
      lines.push(line.trim());
    }
  }
  return outcomes;
}

/** Ids differ from one installation to the next. */
const anyId = (text: string) =>
  text.replace(/\b\d{12}\b/g, '123456789012').replace(/\bi-[0-9a-f]{17}\b/g, 'i-0123456789abcdef0');

/** Word for word; some versions of the command line put their own name before an error. */
function shows(printed: string, line: string): boolean {
  return line.startsWith('An error occurred') ? printed.endsWith(line) : printed === line;
}

function holds(block: StoryBlock, outcome: Outcome | undefined): void {
  assert.ok(outcome !== undefined, 'bash ended before this block');
  const printed = outcome.lines.map(anyId);
  const all = printed.join('\n');
  let at = 0;
  for (const line of block.expected.map(anyId)) {
    const found = printed.findIndex((candidate, index) => index >= at && shows(candidate, line));
    assert.notEqual(found, -1, `\`${line}\` is not printed in its place; printed was:\n${all}`);
    at = found + 1;
  }
  const failures = block.expected.filter((line) => /An error occurred|^carnet: /.test(line));
  assert.equal(outcome.failed, failures.length, `commands that fail; printed was:\n${all}`);
}

describe('the README', () => {
  it('begins with the command that starts, and ends with the command that CI runs', () => {
    assert.equal(blocks[0]?.commands, 'npm ci && npm start');
    assert.equal(blocks.at(-1)?.commands, 'npm ci && npm test');
    assert.match(readFileSync(join(root, '.ci/run'), 'utf8'), /^npm ci && npm test$/m);
  });

  it('shows the ready line as it is printed', () => {
    assert.match(
      blocks[0]?.expected[0] ?? '',
      /^carnet ready http:\/\/127\.0\.0\.1:4580 account \d+$/,
    );
  });
});

for (const database of databases) {
  describe(`the tour with the aws command line (${database})`, { skip: reason }, () => {
    let server: StartedServer;
    let outcomes: Outcome[] = [];

    before(async () => {
      server = await startServer([], undefined, await databaseSettings(database));
      outcomes = await runTour(server);
    });
    after(async () => {
      await server?.stop();
    });

    for (const [index, block] of tour.entries()) {
      it(`${block.heading}: ${block.commands.split('\n')[0]}`, () => holds(block, outcomes[index]));
    }
  });
}
