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

/** Files of the package that declare types; the words of unions are found in them. */
export function typeFiles(): readonly string[] {
  return [...filesOf('src').filter((file) => !isTest(file)), ...engineFiles()];
}

/** Test files beside the engine, and the proofs of pull-request size. */
export function testFiles(): readonly string[] {
  const rooms = [...ROOMS, 'parse'].flatMap((room) => filesOf(`src/${room}`));
  const proofs = filesOf('proof');
  return [...filesOf('src'), ...rooms, ...proofs].filter(isTest);
}

export function readEngineFile(file: string): string {
  return readFileSync(join(PACKAGE, file), 'utf8');
}

function filesOf(folder: string): string[] {
  return readdirSync(join(PACKAGE, folder), { encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => `${folder}/${name}`);
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts');
}
