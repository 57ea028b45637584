import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the package, with a slash at its end. */
export const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));

/** The rooms of the engine that decide; the parser has its own tests and its own fuzz. */
const ROOMS = ['match', 'condition', 'compile', 'evaluate'];

/** Every file whose faults are to be found, below the package. */
export function engineFiles(): readonly string[] {
  return ROOMS.flatMap((room) => filesOf(`src/${room}`)).filter((file) => !isTest(file));
}

/** The files in whose types the words of unions are found: those, and what all rooms share. */
export function typeFiles(): readonly string[] {
  const shared = filesOf('src').filter((file) => file.split('/').length === 2 && !isTest(file));
  return [...shared, ...engineFiles()];
}

/** Too slow to be asked about every mutant: all managed policies, and the checks of a document. */
const SLOW = /^src\/(?:parse\/managed-policies|validate\/.*)\.test\.ts$/;

/** What may kill a mutant: the tests beside the engine, and some pairs of the differential proof. */
export function testFiles(): readonly string[] {
  const tests = filesOf('src').filter((file) => isTest(file) && !SLOW.test(file));
  return [...tests, 'proof/mutation/compare-pairs.ts'];
}

export function readEngineFile(file: string): string {
  return readFileSync(join(PACKAGE, file), 'utf8');
}

function filesOf(folder: string): string[] {
  return readdirSync(join(PACKAGE, folder), { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort();
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts');
}
