/**
 * Plants a violation of each wall that Biome, tsc and knip guard, in a temporary copy of the
 * repository's own configuration, and shows that the very tool refuses it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const root = join(import.meta.dirname, '..');
const rooms = ['packages/policy', 'packages/wire', 'packages/store', 'packages/services'];

/** A folder with the repository's configuration, no code, and these files. */
function plant(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'carnet-walls-')));
  const copied = ['biome.json', 'knip.json', 'package.json', 'tsconfig.base.json', '.gitignore'];
  const ofRooms = rooms.flatMap((room) => [`${room}/package.json`, `${room}/tsconfig.json`]);
  for (const path of [...copied, ...ofRooms, 'apps/carnet/package.json']) {
    cpSync(join(root, path), join(folder, path));
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Runs a tool of the repository and gives back everything it said. */
function run(folder: string, tool: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', tool), args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` },
  });
  return { status, said: `${stdout}${stderr}` };
}

describe('Biome refuses', () => {
  const walls: Readonly<Record<string, readonly [path: string, text: string, says: RegExp]>> = {
    'a package imported by policy': [
      'packages/policy/src/planted-package.ts',
      "import { sql } from 'kysely';\nexport const a = sql;\n",
      /policy is pure and has no dependency/,
    ],
    'a module of Node imported by policy': [
      'packages/policy/src/planted-node.ts',
      "import { readFileSync } from 'node:fs';\nexport const a = readFileSync;\n",
      /policy is pure and has no dependency/,
    ],
    'a global of Node in policy': [
      'packages/policy/src/planted-global.ts',
      "export const a = Buffer.from('a');\n",
      /noRestrictedGlobals/,
    ],
    'a socket in wire': [
      'packages/wire/src/planted-socket.ts',
      "import { createServer } from 'node:http';\nexport const a = createServer;\n",
      /wire imports node:crypto, fast-xml-parser and itself/,
    ],
    'a global of Node in wire': [
      'packages/wire/src/planted-global.ts',
      "export const a = process.env['A'];\n",
      /noRestrictedGlobals/,
    ],
    'one of our packages in store': [
      'packages/store/src/planted-room.ts',
      "import { ApiError } from '@carnet/wire';\nexport const a = ApiError;\n",
      /store imports nothing of ours/,
    ],
    'HTTP in services': [
      'packages/services/src/planted-http.ts',
      "import { request } from 'node:http';\nexport const a = request;\n",
      /services knows no sockets/,
    ],
    'a socket in services': [
      'packages/services/src/planted-socket.ts',
      "import { connect, isIP } from 'node:net';\nexport const a = [connect, isIP];\n",
      /services knows no sockets/,
    ],
    'the sql tag in services': [
      'packages/services/src/planted-sql.ts',
      "import { sql } from 'kysely';\nexport const a = sql;\n",
      /No SQL text in services/,
    ],
    'the database driver in services': [
      'packages/services/src/planted-driver.ts',
      "import Database from 'better-sqlite3';\nexport const a = Database;\n",
      /The database belongs to store/,
    ],
    'the program imported by services': [
      'packages/services/src/planted-program.ts',
      "import { a } from '@carnet/carnet';\nexport const b = a;\n",
      /the program imports services/,
    ],
    'a deep import': [
      'apps/carnet/src/planted-deep.ts',
      "import { a } from '@carnet/wire/src/a.ts';\nexport const b = a;\n",
      /No deep imports/,
    ],
    'a deep import in a test': [
      'packages/services/src/planted-deep.test.ts',
      "import { a } from '@carnet/wire/src/a.ts';\nexport const b = a;\n",
      /No deep imports/,
    ],
    'a package that is not declared': [
      'packages/services/src/planted-dependency.ts',
      "import { pino } from 'pino';\nexport const a = pino;\n",
      /noUndeclaredDependencies/,
    ],
    'a circle': [
      'packages/wire/src/planted-circle.ts',
      "import { b } from './planted-circle-b.ts';\nexport const a = (): unknown => b;\n",
      /noImportCycles/,
    ],
    'export *': [
      'packages/wire/src/planted-star.ts',
      "export * from './planted-circle.ts';\n",
      /noReExportAll/,
    ],
    'a barrel inside a package': [
      'packages/wire/src/xml/index.ts',
      "export { a } from '../planted-global.ts';\n",
      /noBarrelFile/,
    ],
    any: [
      'packages/wire/src/planted-any.ts',
      'export const a = (b: any): unknown => b;\n',
      /noExplicitAny/,
    ],
    'a non-null assertion': [
      'packages/wire/src/planted-assertion.ts',
      'export const a = (b: string | undefined): string => b!;\n',
      /noNonNullAssertion/,
    ],
    'a default export': [
      'packages/wire/src/planted-default.ts',
      'export default 1;\n',
      /noDefaultExport/,
    ],
    'an enum': ['packages/wire/src/planted-enum.ts', 'export enum A {\n  B,\n}\n', /noEnum/],
    'loose equality': [
      'packages/wire/src/planted-equality.ts',
      'export const a = (b: number, c: number): boolean => b == c;\n',
      /noDoubleEquals/,
    ],
    'a silenced type error': [
      'packages/wire/src/planted-ignore.ts',
      "// @ts-ignore\nexport const a: number = '1';\n",
      /noTsIgnore/,
    ],
    'a line on the console': [
      'packages/services/src/planted-console.ts',
      "export const a = (): void => console.log('a');\n",
      /noConsole/,
    ],
    'a function of over 70 lines': [
      'packages/wire/src/planted-long.ts',
      `export function a(): number {\n  let b = 0;\n${'  b += 1;\n'.repeat(80)}  return b;\n}\n`,
      /noExcessiveLinesPerFunction/,
    ],
    'unformatted code': ['packages/wire/src/planted-format.ts', 'export const a=1\n', /format/],
  };
  const twins: Readonly<Record<string, string>> = {
    'packages/wire/src/planted-circle-b.ts':
      "import { a } from './planted-circle.ts';\n\nexport const b = (): unknown => a;\n",
    'packages/policy/src/twin.ts':
      "import type { A } from './sub/a.ts';\n\nexport const a: A = 1;\n",
    'packages/policy/src/sub/a.ts': 'export type A = number;\n',
    'packages/policy/src/twin.test.ts':
      "import assert from 'node:assert/strict';\nimport { a } from './twin.ts';\n\nassert.ok(a);\n",
    'packages/wire/src/twin.ts':
      "import { createHash } from 'node:crypto';\nimport { XMLParser } from 'fast-xml-parser';\n\n" +
      'export const a = [createHash, XMLParser];\n',
    'packages/services/src/twin.ts':
      "import { isIP } from 'node:net';\nimport type { Database } from '@carnet/store';\n" +
      "import { ApiError } from '@carnet/wire';\n\n" +
      'export const a = (b: Database): unknown => [b, ApiError, isIP];\n',
  };
  let folder = '';
  const found = new Map<string, string>();

  before(() => {
    folder = plant({
      ...Object.fromEntries(Object.values(walls).map(([path, text]) => [path, text])),
      ...twins,
    });
    const { status, said } = run(folder, 'biome', [
      'ci',
      '--error-on-warnings',
      '--max-diagnostics=none',
      '--reporter=github',
      '.',
    ]);
    assert.equal(status, 1, said);
    for (const line of said.replaceAll(`${folder}/`, '').split('\n')) {
      const path = /file=([^,]+),/.exec(line)?.[1];
      if (path !== undefined) found.set(path, `${found.get(path) ?? ''}${line}\n`);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [title, [path, , says]] of Object.entries(walls)) {
    it(title, () => assert.match(found.get(path) ?? '', says));
  }

  for (const path of Object.keys(twins).filter((twin) => twin.includes('twin'))) {
    it(`nothing in ${path}`, () => assert.equal(found.get(path), undefined));
  }
});

describe('tsc refuses', () => {
  const planted = {
    'packages/policy/src/buffer.ts': "export const a: unknown = Buffer.from('a');\n",
    'packages/policy/src/window.ts': 'export const a: unknown = window.location;\n',
    'packages/policy/src/node.ts':
      "import { readFileSync } from 'node:fs';\nexport const a: unknown = readFileSync;\n",
    'packages/policy/src/enum.ts': 'export enum A {\n  B,\n}\n',
    'packages/policy/src/index.ts': 'export const a: number | undefined = [1][0];\n',
    'packages/policy/src/unchecked.ts': 'export const a: number = [1][0];\n',
    'packages/policy/src/unused.ts': 'export function a(): void {\n  const b = 1;\n}\n',
    'packages/policy/src/wire.ts':
      "import { ApiError } from '../../wire/src/api-error.ts';\nexport const a: unknown = ApiError;\n",
    'packages/wire/src/api-error.ts': 'export const ApiError = 1;\n',
  };
  let folder = '';
  let said = '';

  before(() => {
    folder = plant(planted);
    const result = run(folder, 'tsc', ['-p', 'packages/policy', '--pretty', 'false']);
    assert.notEqual(result.status, 0);
    said = result.said;
  });
  after(() => rmSync(folder, { recursive: true }));

  const walls: Readonly<Record<string, RegExp>> = {
    "Node's globals in a pure room": /src\/buffer\.ts.*Cannot find name 'Buffer'/,
    "a browser's globals in a pure room": /src\/window\.ts.*Cannot find name 'window'/,
    "Node's modules in a pure room": /src\/node\.ts.*node:fs/,
    'syntax that cannot be erased': /src\/enum\.ts.*erasableSyntaxOnly/,
    'an unchecked index': /src\/unchecked\.ts.*TS2322/,
    'an unused name': /src\/unused\.ts.*TS6133/,
    'a file of another room': /rootDir|TS6059|TS6307/,
  };
  for (const [title, says] of Object.entries(walls)) it(title, () => assert.match(said, says));

  it('nothing in its twin', () => assert.doesNotMatch(said, /src\/index\.ts/));
});

describe('knip refuses', () => {
  let folder = '';
  let said = '';

  before(() => {
    folder = plant({
      'packages/policy/src/index.ts': "export { used } from './used.ts';\n",
      'packages/policy/src/used.ts': 'export const used = 1;\nexport const forgotten = 2;\n',
      'packages/policy/src/orphan.ts': 'export const orphan = 1;\n',
    });
    const result = run(folder, 'knip', [
      '--workspace',
      'packages/policy',
      '--workspace',
      'packages/wire',
    ]);
    assert.notEqual(result.status, 0);
    said = result.said;
  });
  after(() => rmSync(folder, { recursive: true }));

  it('a file that nothing imports', () => assert.match(said, /Unused files[^U]*orphan\.ts/));
  it('an export that nothing imports', () => assert.match(said, /Unused exports[^U]*forgotten/));
  it('a dependency that nothing uses', () => assert.match(said, /Unused dep[^U]*fast-xml-parser/));
  it('nothing in its twin', () =>
    assert.doesNotMatch(said, /^used |^packages.*\/(?:index|used)\.ts/m));
});
