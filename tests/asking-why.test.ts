/** Runs docs/asking-why.md as it stands, and what `carnet decide` does besides. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from './started-server.ts';
import { storyBlocks } from './story-blocks.ts';

const blocks = storyBlocks(readFileSync(join(root, 'docs/asking-why.md'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'carnet-decide-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('the page shows what is printed, line for line', () => {
  const mark = '=== block';
  const script = blocks.map(({ commands }) => `${commands}\nprintf '%s\\n' '${mark}'`).join('\n');
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: root, encoding: 'utf8' });
  assert.equal(stderr, '');
  const printed = stdout.split(`${mark}\n`).map((text) => text.trimEnd());
  assert.equal(printed.length, blocks.length + 1);
  for (const [index, { expected }] of blocks.entries()) {
    assert.equal(printed[index], expected.join('\n'));
  }
});

const program = join(root, 'apps/carnet/bin/carnet.mjs');

function decide(words: readonly string[], input = '') {
  const options = { cwd: folder, input, encoding: 'utf8' } as const;
  return spawnSync(process.execPath, [program, 'decide', ...words], options);
}

function write(name: string, content: unknown): string {
  writeFileSync(join(folder, name), JSON.stringify(content));
  return name;
}

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' };
const policy = { Version: '2012-10-17', Statement: [allow] };
const request = {
  principal: 'arn:aws:iam::111122223333:user/dave',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::photos/pic.jpg',
};
const asked = [
  ...['--principal', request.principal, '--action', request.action],
  ...['--resource', request.resource],
];

test('every case answers as it expects, and a wrong expectation is found', () => {
  const all = decide(['--check', ...casesOf('dave', 'limit', 'trust-policy')]);
  assert.equal(all.status, 0, all.stdout);
  assert.match(all.stdout, /^\d+ questions, 0 wrong\n$/);
  const expect = { decision: 'explicitDeny' };
  const wrong = write('wrong.json', { name: 'wrong', policies: [], request, expect });
  const { status, stdout } = decide(['--check', wrong]);
  assert.equal(status, 3);
  const difference = 'decision is "implicitDeny", expected "explicitDeny"';
  assert.equal(stdout, `wrong: wrong\n  ${difference}\n1 question, 1 wrong\n`);
});

function casesOf(...names: readonly string[]): readonly string[] {
  return names.map((name) => join(root, 'cases', `${name}.json`));
}

test('the exit code is the decision, and the data is the explanation', () => {
  const file = write('policy.json', policy);
  const allowed = decide(['--identity', file, '--json', ...asked]);
  assert.equal(allowed.status, 0, allowed.stderr);
  const [decision] = JSON.parse(allowed.stdout).decisions;
  assert.equal(decision.decision, 'allowed');
  assert.deepEqual(
    [decision.matchedStatements[0].policyName, decision.matchedStatements[0].statementIndex],
    [file, 0],
  );
  const denied = decide(['--json', ...asked]);
  assert.equal(denied.status, 3);
  const [reason] = JSON.parse(denied.stdout).decisions;
  assert.deepEqual([reason.decision, reason.stoppedBy], ['implicitDeny', 'identity']);
});

test('levels of SCPs, in the order of the flags', () => {
  const file = write('policy.json', policy);
  const root = write('root.json', policy);
  const unit = write('unit.json', {
    ...policy,
    Statement: { ...allow, Action: 's3:Put*', Sid: 'Unit' },
  });
  const words = ['--identity', file, '--scp', root, '--scp', unit, ...asked];
  const { status, stdout } = decide(words);
  assert.equal(status, 3);
  assert.match(stdout, /^ {2}serviceControl 0 +allowed {2}root\.json\[0\]$/m);
  assert.match(stdout, /^ {2}serviceControl 1 +implicitDeny, and stops it$/m);
  assert.match(stdout, /^one change would allow it: if the Action of unit\.json\[Unit\] fitted/m);
});

test('a question comes from the standard input', () => {
  const { status, stdout } = decide(['-'], JSON.stringify([{ request }, { request }]));
  assert.equal(status, 3);
  assert.equal(stdout.match(/^implicitDeny: s3:GetObject on /gm)?.length, 2);
});

test('what is wrong with the files is told in its place, and nothing is decided', () => {
  const bad = write('bad.json', { ...policy, Statement: [{ ...allow, Action: 'GetObject' }] });
  const { status, stdout, stderr } = decide(['--identity', bad, ...asked]);
  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /--> bad\.json:1:65$/m);
  assert.match(stderr, /\^ Actions\/Conditions must be prefaced by a vendor/);

  for (const [words, input, expected] of [
    [['nothing.json'], '', /`nothing\.json` cannot be read/],
    [['-'], '{', /a name in double quotes/],
    [['-'], '{"request": {"principal": "dave", "action": "s3:Get"}}', /the name of a service/],
    [['-'], '{"policies": []}', /a `request`/],
    [['--action', 's3:GetObject'], '', /a question has a principal, an action and a resource/],
    [['--nonsense'], '', /unknown option/],
  ] as const) {
    const answer = decide(words, input);
    assert.equal(answer.status, 2, words.join(' '));
    assert.match(answer.stderr, expected);
  }
});
