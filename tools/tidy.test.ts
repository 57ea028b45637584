import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mask } from './tidy/mask.ts';
import { tidy } from './tidy.ts';

/** A planted violation: the file, what tidy must say, and the same file without the fault. */
interface Planted {
  readonly title: string;
  readonly path: string;
  readonly text: string;
  readonly says: RegExp;
  readonly twin: string;
  readonly twinPath?: string;
}

const lines = (count: number) => 'const a = 1;\n'.repeat(count);
const homePath = ['', 'home', 'dave', 'photos'].join('/');
const later = ['TO', 'DO'].join('');
const decision = '# 1\n\n## Context\n\n## Decision\n';

/** A case that is complete but for what is put in; undefined takes a field out. */
function decisionCase(fields: Readonly<Record<string, unknown>>): string {
  const source = 'IAM User Guide: Policy evaluation logic';
  const whole = { name: 'a', why: 'b', source, policies: [], request: {} };
  return JSON.stringify({ ...whole, expect: { decision: 'allowed' }, ...fields });
}

const planted: readonly Planted[] = [
  {
    title: 'a file over 600 lines',
    path: 'packages/wire/src/a.ts',
    text: lines(601),
    says: /has 601 lines/,
    twin: lines(400),
  },
  {
    title: 'a file name that is not kebab-case',
    path: 'packages/wire/src/accessKey.ts',
    text: '',
    says: /call it `access-key\.ts`/,
    twin: '',
    twinPath: 'packages/wire/src/access-key.ts',
  },
  {
    title: 'a folder named utils',
    path: 'packages/wire/src/utils/a.ts',
    text: '',
    says: /folder name `utils` says nothing/,
    twin: '',
    twinPath: 'packages/wire/src/xml/a.ts',
  },
  {
    title: 'a banned word in an exported name',
    path: 'packages/services/src/a.ts',
    text: 'export function findTenant() {}\n',
    says: /`Tenant`\n {4}help: use `account`/,
    twin: 'export function findAccount() {}\n',
  },
  {
    title: 'a banned word in a file name',
    path: 'packages/services/src/session-manager.ts',
    text: '',
    says: /uses the word `manager`/,
    twin: '',
    twinPath: 'packages/services/src/session.ts',
  },
  {
    title: 'master in another sense than the master key',
    path: 'packages/store/src/a.ts',
    text: 'export const masterNode = 1;\n',
    says: /uses the word `master`/,
    twin: 'export const masterKey = 1;\n',
  },
  {
    title: 'a type with the prefix I',
    path: 'packages/store/src/a.ts',
    text: 'export interface IStore {}\n',
    says: /call it `Store`/,
    twin: 'export interface Instance {}\n',
  },
  {
    title: 'policy importing wire',
    path: 'packages/policy/src/a.ts',
    text: "import { ApiError } from '@carnet/wire';\n",
    says: /`packages\/policy` imports `@carnet\/wire`\n {4}help: .* nothing of ours/,
    twin: "import { parse } from './parse.ts';\n",
  },
  {
    title: 'store importing services by a relative path',
    path: 'packages/store/src/a.ts',
    text: "import type {\n  Caller,\n} from '../../services/src/index.ts';\n",
    says: /`packages\/store` imports/,
    twin: "import type { Schema } from './schema.ts';\n",
  },
  {
    title: 'services importing the program, dynamically',
    path: 'packages/services/src/a.ts',
    text: "const program = await import('@carnet/carnet');\n",
    says: /`packages\/services` imports `@carnet\/carnet`/,
    twin: "const policy = await import('@carnet/policy');\n",
  },
  {
    title: 'an import out of the rooms',
    path: 'packages/wire/src/a.ts',
    text: "export { a } from '../../../a.ts';\n",
    says: /imports `\.\.\/\.\.\/\.\.\/a\.ts`/,
    twin: "// import { a } from '../../../a.ts'\n",
  },
  {
    title: 'a regular expression built from data',
    path: 'packages/policy/src/a.ts',
    text: 'const pattern = new RegExp(value);\n',
    says: /built from data.*\n.*glob matcher/,
    twin: "const text = 'new RegExp(value)'; // new RegExp(value)\n",
  },
  {
    title: 'a regular expression built from the source of something else',
    path: 'packages/wire/src/a.ts',
    text: 'const pattern = new RegExp(request.source);\n',
    says: /built from data/,
    twin: 'const all = /[<>]/g;\nconst one = new RegExp(all.source);\n',
  },
  {
    title: 'a signature compared with ===',
    path: 'packages/wire/src/a.ts',
    text: 'if (request.signature === expected) accept();\n',
    says: /timingSafeEqual/,
    twin: "if (signature === undefined || signature === '') refuse();\n",
  },
  {
    title: 'a secret compared with a constant that is not in the file',
    path: 'packages/services/src/a.ts',
    text: 'if (name === trailerSignature) accept();\n',
    says: /timingSafeEqual/,
    twin: "const trailerSignature = 'x-amz-a';\nif (name === trailerSignature) accept();\n",
  },
  {
    title: 'a secret on the right of !==',
    path: 'packages/services/src/a.ts',
    text: 'if (given !== row.secretAccessKey) refuse();\n',
    says: /timingSafeEqual/,
    twin: "if (typeof sessionToken === kind || secret.length !== 40 || token === '{') refuse();\n",
  },
  {
    title: 'export *',
    path: 'packages/wire/src/index.ts',
    text: "export * from './a.ts';\n",
    says: /name each export/,
    twin: "export { a } from './a.ts';\n",
  },
  {
    title: 'a key of a condition that is folded beyond ASCII',
    path: 'packages/services/src/sts/a.ts',
    text: 'const name = key.toLowerCase();\n',
    says: /use `asciiLowerCase`/,
    twin: 'const name = asciiLowerCase(key);\n',
  },
  {
    title: 'SQL text in services',
    path: 'packages/services/src/a.ts',
    text: 'const rows = sql<Row>`select 1`;\n',
    says: /SQL text stands in services/,
    twin: "const rows = database.selectFrom('iam_user');\n",
  },
  {
    title: 'SQL built from a string',
    path: 'packages/store/src/a.ts',
    text: 'const rows = sql.raw(text);\n',
    says: /SQL is built from a string/,
    twin: 'const rows = sql`select $' + '{value}`;\n',
  },
  {
    title: 'Buffer in a pure room',
    path: 'packages/policy/src/a.ts',
    text: 'const bytes = Buffer.from(text);\n',
    says: /use Uint8Array/,
    twin: 'const bytes = new TextEncoder().encode(text); // not a Buffer\n',
  },
  {
    title: 'process in a pure room',
    path: 'packages/wire/src/a.ts',
    text: 'const now = process.hrtime();\n',
    says: /pure room/,
    twin: 'const now = clock.process;\n',
  },
  {
    title: 'a clock in a pure room',
    path: 'packages/policy/src/a.ts',
    text: 'const now = Date.now();\n',
    says: /take the moment/,
    twin: 'const time = Date.parse(text);\n',
  },
  {
    title: 'a clock in a pure room, and none in its proofs',
    path: 'packages/policy/src/a.ts',
    text: 'const begin = performance.now();\n',
    says: /take the moment/,
    twin: 'const begin = performance.now();\n',
    twinPath: 'packages/policy/proof/a.ts',
  },
  {
    title: 'a chosen test',
    path: 'packages/policy/src/a.test.ts',
    text: "it.only('decides', () => {});\n",
    says: /chosen or left out/,
    twin: "it('decides', () => {});\n",
  },
  {
    title: 'a test left out without a reason',
    path: 'packages/policy/src/a.test.ts',
    text: "it('decides', { skip: true }, () => {});\n",
    says: /\{ skip: reason \}/,
    twin: "it('decides', { skip: reason }, () => {});\n",
  },
  {
    title: 'work put off',
    path: 'docs/decisions/a.md',
    text: `${later}: write\n`,
    says: /work is put off/,
    twin: 'Written.\n',
  },
  {
    title: "a path of somebody's machine",
    path: 'docs/a.md',
    text: `See ${homePath}.\n`,
    says: /a path of somebody's machine/,
    twin: `See arn:aws:s3:::bucket${homePath}.\n`,
  },
  {
    title: 'a path out of the repository',
    path: 'docs/a.md',
    text: `See ${'..'}/shared.\n`,
    says: /a path out of the repository/,
    twin: 'See shared.\n',
  },
  {
    title: 'a version range',
    path: 'package.json',
    text: '{"devDependencies": {"knip": "^6.44.2"}}',
    says: /one exact version/,
    twin: '{"devDependencies": {"knip": "6.44.2"}}',
  },
  {
    title: 'a runtime dependency without a reason',
    path: 'packages/wire/package.json',
    text: '{"dependencies": {"left-pad": "1.3.0"}}',
    says: /`left-pad` has no reason/,
    twin: '{"dependencies": {"@carnet/policy": "0.1.0"}}',
  },
  {
    title: 'a registry host in the lock',
    path: 'package-lock.json',
    text: '{"packages": {"node_modules/a": {"resolved": "https://example.com/a.tgz"}}}',
    says: /names a registry host/,
    twin: '{"packages": {"node_modules/@carnet/wire": {"resolved": "packages/wire"}}}',
  },
  {
    title: 'a README block that no test runs',
    path: 'README.md',
    text: '```bash\nls\n```\n',
    says: /tests\/story\.test\.ts runs/,
    twin: '```sh\nls\n```\n',
  },
  {
    title: 'a link that leads nowhere',
    path: 'docs/a.md',
    text: '[the tour](TOUR.md)\n',
    says: /`TOUR\.md` leads nowhere/,
    twin: '[this](a.md), [AWS](https://aws.amazon.com/)\n',
  },
  {
    title: 'a decision without what was given up',
    path: 'docs/decisions/0001-a.md',
    text: decision,
    says: /What we gave up/,
    twin: `${decision}\n## What we gave up\n`,
  },
  {
    title: 'a case that expects no decision',
    path: 'cases/a.json',
    text: decisionCase({ expect: { decision: 'yes' } }),
    says: /expects no decision/,
    twin: decisionCase({}),
  },
  {
    title: 'a case without a source',
    path: 'cases/a.json',
    text: decisionCase({ source: undefined }),
    says: /lacks source/,
    twin: decisionCase({ source: 'evaluation choice: docs/known-differences.md' }),
  },
  {
    title: 'a case whose source names no page',
    path: 'cases/a.json',
    text: decisionCase({ source: 'AWS says so' }),
    says: /names no source/,
    twin: decisionCase({ source: 'STS API Reference: AssumeRole' }),
  },
  {
    title: 'a case that asks what another asks',
    path: 'cases/a.json',
    text: `[${decisionCase({})}, ${decisionCase({ name: 'b' })}]`,
    says: /asks what `cases\/a\.json, a` asks/,
    twin: `[${decisionCase({})}, ${decisionCase({ name: 'b', request: { action: 'b' } })}]`,
  },
  {
    title: 'a case that is not JSON',
    path: 'cases/a.json',
    text: '{',
    says: /not JSON/,
    twin: '[]',
  },
];

describe('tidy', () => {
  for (const { title, path, text, says, twin, twinPath } of planted) {
    it(`refuses ${title}, and its twin passes`, () => {
      const said = tidy([{ path, text }]).map(
        (finding) => `${finding.severity} ${finding.message}\n    help: ${finding.help}`,
      );
      assert.equal(said.length, 1, said.join('\n'));
      assert.match(said[0] ?? '', /^error/);
      assert.match(said[0] ?? '', says);
      assert.deepEqual(tidy([{ path: twinPath ?? path, text: twin }]), []);
    });
  }

  it('only warns of a long file', () => {
    const findings = tidy([{ path: 'packages/wire/src/a.ts', text: lines(401) }]);
    assert.deepEqual(
      findings.map((finding) => finding.severity),
      ['warning'],
    );
  });

  it('names the line', () => {
    const text = '/* one\n two */\nconst a = `\n`;\nconst b = new RegExp(a);\n';
    assert.equal(tidy([{ path: 'apps/carnet/src/a.ts', text }])[0]?.line, 5);
  });

  it('as a command reads what git knows, and fails on an error', () => {
    const folder = mkdtempSync(join(tmpdir(), 'carnet-tidy-'));
    try {
      execFileSync('git', ['init', '--quiet'], { cwd: folder });
      const run = () =>
        spawnSync(process.execPath, [join(import.meta.dirname, 'tidy.ts'), folder], {
          encoding: 'utf8',
        });
      writeFileSync(join(folder, 'fine.ts'), 'const a = 1;\n');
      assert.deepEqual([run().status, run().stdout], [0, 'tidy: 1 files, 0 errors\n']);
      writeFileSync(join(folder, 'notFine.ts'), 'const a = 1;\n');
      const { status, stderr } = run();
      assert.equal(status, 1);
      assert.match(stderr, /^notFine\.ts: error: .*\n {4}help: call it `not-fine\.ts`\n$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('mask', () => {
  it('keeps every offset', () => {
    const source = "const a = 'x'; // y\nconst b = `p$" + '{q(`r`)}s`;\nconst c = /[/"]/g;\n';
    const masked = mask(source, 'commentsAndStrings');
    assert.equal(
      masked,
      "const a = ' ';     \nconst b = ` $" +
        '{q(` `)} `;\nconst c = /     g;\n'.replace('/     g', '/    /g'),
    );
    assert.equal(mask(source, 'comments'), source.replace('// y', '    '));
  });
});
