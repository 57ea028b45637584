import { readFileSync } from 'node:fs';

/** The version of the program, `0.1.0`. */
export function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const content: { version: string } = JSON.parse(text);
  return content.version;
}
