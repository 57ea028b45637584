import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the package, with a slash at its end. */
export const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));

/** The rooms of the engine that decide; the parser has its own tests and its own fuzz. */
const ROOMS = ['match', 'condition', 'compile', 'evaluate'];

/** Every file whose faults are to be found, below the package. */
export function engineFiles(): readonly string[] {
  return typeFiles().filter((file) => ROOMS.some((room) => file.startsWith(`src/${room}/`)));
}

/** Files of the package that declare types; the words of unions are found in them. */
export function typeFiles(): readonly string[] {
  return filesOf('src').filter((file) => !file.endsWith('.test.ts'));
}

/** Too slow to be asked about every mutant: all managed policies, and the checks of a document. */
const SLOW = /^src\/(?:parse\/managed-policies|validate\/.*)\.test\.ts$/;

/** What may kill a mutant: the tests beside the engine, and some pairs of the differential proof. */
export function testFiles(): readonly string[] {
  const tests = filesOf('src').filter((file) => file.endsWith('.test.ts') && !SLOW.test(file));
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
