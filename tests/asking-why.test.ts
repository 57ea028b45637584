/** Runs docs/asking-why.md as it stands, and what `carnet decide` does besides. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root, startServer } from './started-server.ts';
import { type StoryBlock, storyBlocks } from './story-blocks.ts';

const blocks = storyBlocks(readFileSync(join(root, 'docs/asking-why.md'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'carnet-decide-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const ofServer = 'Asking a server';

test('the page shows what is printed, line for line', () => {
  run(
    blocks.filter(({ heading }) => heading !== ofServer),
    process.env,
  );
});

const aws = spawnSync('aws', ['--version'], { encoding: 'utf8' });
const skip = aws.status === 0 ? false : 'the aws command line is not installed';

test('and so does its part about a server', { skip }, async () => {
  const server = await startServer();
  const parts = blocks.filter(({ heading }) => heading === ofServer);
  assert.ok(parts.length >= 3);
  try {
    run(parts, server.environment);
  } finally {
    assert.equal(await server.stop(), 0);
  }
});

/** In one bash, since blocks share variables and functions. */
function run(parts: readonly StoryBlock[], env: NodeJS.ProcessEnv): void {
  const mark = '=== block';
  const script = parts.map(({ commands }) => `${commands}\nprintf '\\n%s\\n' '${mark}'`).join('\n');
  const { stdout, stderr } = spawnSync('bash', ['-c', script], {
    cwd: root,
    encoding: 'utf8',
    env,
  });
  assert.equal(stderr, '');
  const printed = stdout.split(`${mark}\n`).map((text) => text.trimEnd());
  assert.equal(printed.length, parts.length + 1);
  for (const [index, { expected }] of parts.entries()) {
    assert.equal(printed[index], expected.join('\n'));
  }
}

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
  const names = readdirSync(join(root, 'cases')).filter((name) => name.endsWith('.json'));
  const all = decide(['--check', ...casesOf(...names.map((name) => name.slice(0, -5)))]);
  assert.equal(all.status, 0, all.stdout);
  const [, count] = /^(\d+) questions, 0 wrong\n$/.exec(all.stdout) ?? [];
  assert.ok(Number(count) >= 250, all.stdout);
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

/** Everything is allowed, by a policy of each kind of which that is told. */
const everything = { Version: '2012-10-17', Statement: [{ ...allow, Action: '*', Resource: '*' }] };
const denyAll = { ...everything, Statement: [{ ...everything.Statement[0], Effect: 'Deny' }] };

function asking(action: string, resource: string, principal = request.principal) {
  return ['--principal', principal, '--action', action, '--resource', resource];
}

test("a KMS key's own policy has to agree, and whatever else it is said of", () => {
  const file = write('everything.json', everything);
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/a';
  const { status, stdout } = decide(['--identity', file, ...asking('kms:Decrypt', key)]);
  assert.equal(status, 3);
  assert.match(stdout, /^ {2}resource +noPolicy, and stops it$/m);
  assert.match(stdout, /^the resource's own policy has to agree/m);
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: '*', Resource: '*' },
  ];
  const keyPolicy = write('key.json', { Version: '2012-10-17', Statement });
  const words = ['--identity', file, '--resource-policy', keyPolicy];
  assert.equal(decide([...words, ...asking('kms:Decrypt', key)]).status, 0);
  assert.equal(decide(['--identity', file, '--resource-must-agree', ...asked]).status, 3);
});

test('RCPFullAWSAccess is attached by itself, FullAWSAccess is named', () => {
  const file = write('everything.json', everything);
  const limits = write('limits.json', {
    ...policy,
    Statement: [{ ...allow, Effect: 'Deny', Action: 'ec2:*', Resource: '*' }],
  });
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:Put*', Resource: '*' }];
  const rcp = write('rcp.json', { Version: '2012-10-17', Statement });
  const levels = ['--scp', `${file},${limits}`, '--scp', file];
  const allowed = decide(['--identity', file, '--rcp', rcp, ...levels, ...asked]);
  assert.equal(allowed.status, 0, allowed.stdout);
  assert.match(allowed.stdout, /^ {2}resourceControl +allowed {2}RCPFullAWSAccess\[0\]$/m);
  assert.match(allowed.stdout, /^ {2}serviceControl 1 +allowed {2}everything\.json\[0\]$/m);
  assert.match(allowed.stdout, /^RCPFullAWSAccess\[0\] allows\n\n/m);
  const put = asking('s3:PutObject', request.resource);
  assert.equal(decide(['--identity', file, '--rcp', rcp, ...put]).status, 3);
  const without = decide(['--identity', file, '--scp', file, '--scp', limits, ...asked]);
  assert.equal(without.status, 3);
  assert.match(without.stdout, /^no policy of level 1 allows anything: FullAWSAccess is attached/m);
});

test('what cannot be asked at once is refused before anything is read', () => {
  const single = ['--boundary', '--resource-policy', '--trust', '--vpc-endpoint', '--principal'];
  const more = ['--action', '--resource', '--resource-account'];
  for (const flag of [...single, ...more]) {
    const { status, stderr } = decide([flag, 'nothing', flag, 'nothing']);
    assert.equal(status, 2, flag);
    assert.match(stderr, /It can be given only once/);
  }
  for (const [words, input, expected] of [
    [['q.json', '--scp', 'a'], '', /`--scp` and files cannot be given together/],
    [['q.json', '--action', 'a:b'], '', /`--action` and files cannot be given together/],
    [['q.json', '--check', '--json'], '', /`--check` and `--json` cannot be given together/],
    [['--check', ...asked], '', /`--check` has nothing to compare with/],
    [['-'], '[]', /`-` holds no question/],
    [['--context', 'aws:SourceIp', ...asked], '', /is no condition key with a value/],
    [['--scp', ',', ...asked], '', /`` cannot be read/],
    [['--identity', '-', '--boundary', '-', ...asked], '', /`-` is named twice/],
    [['-', '-'], JSON.stringify({ request }), /`-` is named twice/],
    [asking('s3:*', request.resource), '', /one action: `s3:GetObject`\n\n {2}next: .*--help/],
  ] as const) {
    const { status, stdout, stderr } = decide(words, input);
    assert.deepEqual([status, stdout], [2, ''], words.join(' '));
    assert.match(stderr, expected);
  }
});

test('a policy comes from the standard input; a question reads only files beside it', () => {
  const piped = decide(['--identity', '-', ...asked], JSON.stringify(everything));
  assert.equal(piped.status, 0, piped.stderr);
  write('everything.json', everything);
  const naming = (file: string) =>
    JSON.stringify({ policies: [{ type: 'identity', file }], request });
  assert.equal(decide(['-'], naming('everything.json')).status, 0);
  for (const file of ['../everything.json', 'a/../../everything.json', '/etc/hostname']) {
    const { status, stderr } = decide(['-'], naming(file));
    assert.equal(status, 2, file);
    assert.match(stderr, /\^ a `document`, or a `file` in this folder or below it/);
  }
});

test('the fault of a policy is told in the words of AWS, with what would be right', () => {
  const file = write('list.json', []);
  const { stderr } = decide(['--identity', file, ...asked]);
  assert.match(stderr, /--> list\.json:1:1\n.*\n.*\^ Syntax errors in policy\. \(an object\)$/m);
  assert.match(stderr, /next: correct the policy/);
  const Statement = Array.from({ length: 30 }, () => 1);
  const many = decide(['--identity', write('many.json', { ...policy, Statement }), ...asked]);
  assert.match(many.stderr, /it has 30 faults\n/);
  assert.match(many.stderr, /^and 10 more$/m);
});

test('keys that follow from the principal, and two spellings of one', () => {
  const Resource = `arn:aws:s3:::photos/\${aws:username}/*`;
  const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'red' } };
  const Statement = [
    { ...allow, Resource },
    { ...allow, Resource: '*', Condition },
  ];
  const file = write('own.json', { ...policy, Statement });
  const own = 'arn:aws:s3:::photos/dave/pic.jpg';
  assert.equal(decide(['--identity', file, ...asking('s3:GetObject', own)]).status, 0);
  const team = [
    '--context',
    'aws:PrincipalTag/team=red',
    '--context',
    'AWS:principaltag/team=blue',
  ];
  const session = 'arn:aws:sts::111122223333:assumed-role/App/one';
  const words = ['--identity', file, ...team, ...asking('s3:GetObject', own, session)];
  const { status, stdout } = decide(words);
  assert.equal(status, 3);
  assert.match(stdout, /, and `\$\{aws:username\}` has no value$/m);
  assert.match(stdout, /\^ the request carries several values, and the operator takes one$/m);
});

test('every denial has a reason that is seen', () => {
  const role = 'arn:aws:iam::111122223333:role/App';
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' },
  ];
  const words = ['--trust', write('trust.json', { Version: '2012-10-17', Statement })];
  words.push('--identity', write('everything.json', everything));
  const root = 'arn:aws:iam::111122223333:root';
  const asRoot = decide([...words, ...asking('sts:AssumeRole', role, root)]);
  assert.match(asRoot.stdout, /^the root user assumes no role$/m);
  const session = 'arn:aws:sts::111122223333:assumed-role/App/one';
  const asItself = decide([...words, ...asking('sts:AssumeRole', role, session)]);
  assert.match(asItself.stdout, /^a role assumes itself only when its trust policy names it$/m);
  assert.deepEqual([asRoot.status, asItself.status], [3, 3]);
});

test('sts:GetCallerIdentity needs no permission', () => {
  const file = write('deny.json', denyAll);
  const { status, stdout } = decide(['--identity', file, ...asking('sts:GetCallerIdentity', '*')]);
  assert.equal(status, 0);
  const remark = 'sts:GetCallerIdentity needs no permission, and no policy can deny it';
  assert.equal(stdout, `allowed: sts:GetCallerIdentity on *\n\n${remark}\n`);
  const anonymous = asking('sts:GetCallerIdentity', '*', '*');
  assert.equal(decide(['--identity', file, ...anonymous]).status, 3);
});

test('single changes are told in words that fit them, and five at most', () => {
  const Statement = Array.from({ length: 7 }, () => {
    return { Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' };
  });
  const { stdout } = decide(['--identity', write('not.json', { ...policy, Statement }), ...asked]);
  const told = 'one change would allow it: if the NotAction of not.json[0] left `s3:GetObject` out';
  assert.ok(stdout.includes(`\n${told}\n`), stdout);
  assert.equal(stdout.match(/^one change/gm)?.length, 5);
  assert.match(stdout, /^2 more changes would each allow it/m);
});

test('control characters out of a file are printed as escapes, and carets stand under them', () => {
  const esc = String.fromCharCode(0x1b);
  const csi = String.fromCharCode(0x9b);
  const asks = { ...request, resource: `arn:aws:s3:::photos/${csi}31m` };
  const Resource = `arn:aws:s3:::photos/${csi}*`;
  const document = { ...policy, Statement: [{ ...allow, Resource }] };
  const name = `${esc}[31mred\nallowed: all`;
  const policies = [{ type: 'identity', name: 'p', document }];
  const file = write('control.json', { name, policies, request: asks });
  const { status, stdout } = decide([file]);
  assert.equal(status, 0);
  assert.equal(stdout.split('\n')[0], '\\u001b[31mred\\u000aallowed: all');
  assert.ok(stdout.includes(`${'^'.repeat('"arn:aws:s3:::photos/\\u009b*"'.length)} the request`));
  const json = decide([file, '--json']).stdout;
  const broken = decide(['-'], `{ ${esc} }`).stderr;
  for (const text of [stdout, json, broken]) assert.ok(!text.includes(esc) && !text.includes(csi));
  const [decision] = JSON.parse(json).decisions;
  assert.deepEqual([decision.name, decision.file], [name, file]);
  const { resource, principal, action } = decision.request;
  assert.deepEqual({ resource, principal, action }, asks);
});

test('a reader that goes ends it quietly, and a full disk does not', () => {
  const cases = casesOf('limit', 'string', 'resource').join(' ');
  const command = `"$0" "$1" decide ${cases} | true; exit "\${PIPESTATUS[0]}"`;
  const words = ['-c', command, process.execPath, program];
  const gone = spawnSync('bash', words, { encoding: 'utf8' });
  assert.deepEqual([gone.status, gone.stderr], [3, '']);
  const full = `"$0" "$1" decide ${cases} > /dev/full`;
  const disk = spawnSync('bash', ['-c', full, ...words.slice(2)], { encoding: 'utf8' });
  assert.equal(disk.status, 1);
  assert.match(disk.stderr, /^carnet: the answer cannot be written\n {2}why: {2}ENOSPC/);
  assert.doesNotMatch(disk.stderr, /^\s+at /m);
});
