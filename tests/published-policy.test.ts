/** `@carnet/policy` as somebody else gets it: compiled, without Node's types and without Node. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from './started-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'carnet-published-'));
const installed = join(folder, 'node_modules/@carnet/policy');
const compiler = join(root, 'node_modules/.bin/tsc');
after(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
  return stdout;
}

before(() => {
  mkdirSync(installed, { recursive: true });
  cpSync(join(root, 'packages/policy/package.json'), join(installed, 'package.json'));
  const config = join(root, 'packages/policy/tsconfig.publish.json');
  run(compiler, '-p', config, '--outDir', join(installed, 'dist'));
});

const question = `
  import { authorize, compilePolicy, explain, parsePolicy } from '@carnet/policy';
  const text = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}';
  const parsed = parsePolicy(text, 'identity');
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  const identity = [compilePolicy(parsed.document, { type: 'identity', name: 'all' })];
  const accountId = '111122223333';
  const arn = 'arn:aws:iam::111122223333:root';
  const request = (action) => ({
    principal: { kind: 'user', accountId, arn, uniqueId: 'AIDADAVE567890123456' },
    action,
    resource: '*',
    resourceAccount: accountId,
    context: new Map(),
  });
  const answers = ['s3:GetObject', 'iam:GetUser'].map((action) => authorize(request(action), { identity }).decision);
  const why = explain(request('iam:GetUser'), { identity }).singleChanges[0]?.element?.element;
`;

test('a program for browsers compiles against it, with no types but the browser’s', () => {
  const typed = question
    .replace('(action) => ({', '(action: string) => ({')
    .replaceAll("kind: 'user'", "kind: 'user' as const");
  writeFileSync(join(folder, 'program.ts'), `${typed}document.title = answers.join() + why;\n`);
  const compilerOptions = {
    target: 'es2022',
    module: 'es2022',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom'],
    types: [],
    strict: true,
    noEmit: true,
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['program.ts'] }),
  );
  run(compiler, '-p', folder);
});

test('it runs where there is nothing of Node', () => {
  // Whatever the language itself does not define is taken away before the package is loaded.
  const bare = `
    const write = process.stdout.write.bind(process.stdout);
    const language = new Set(require('node:vm').runInNewContext('Object.getOwnPropertyNames(globalThis)'));
    import('./program.mjs').then(({ start }) => {
      for (const name of Object.getOwnPropertyNames(globalThis)) {
        if (!language.has(name)) delete globalThis[name];
      }
      return start();
    }).then(({ answers, why }) => write([typeof process, ...answers, why].join(' ')));
  `;
  writeFileSync(join(folder, 'question.mjs'), `${question}\nexport { answers, why };\n`);
  writeFileSync(
    join(folder, 'program.mjs'),
    "export const start = () => import('./question.mjs');\n",
  );
  writeFileSync(join(folder, 'bare.cjs'), bare);
  assert.equal(run(process.execPath, 'bare.cjs'), 'undefined allowed implicitDeny Action');
});

test('the example of its page runs as it stands', () => {
  const page = readFileSync(join(root, 'packages/policy/README.md'), 'utf8');
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
  assert.match(example, /authorize\(/);
  const given = `
    const accountId = '111122223333';
    const arn = 'arn:aws:iam::111122223333:user/dave';
    const uniqueId = 'AIDADAVE567890123456';
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
    });
  `;
  const told = 'console.log(decision.decision, denialMessage(request, decision));';
  writeFileSync(join(folder, 'example.mts'), `${given}\n${example}\n${told}\n`);
  assert.equal(
    run(process.execPath, '--disable-warning=ExperimentalWarning', 'example.mts'),
    'implicitDeny User: arn:aws:iam::111122223333:user/dave is not authorized to perform: ' +
      's3:PutObject on resource: arn:aws:s3:::photos/pic.jpg because no identity-based policy ' +
      'allows the s3:PutObject action\n',
  );
});
