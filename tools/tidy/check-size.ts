import type { Check, Finding, RepositoryFile } from './finding.ts';

const longest = 600;
const long = 400;

/** Files of text that people read: code and prose, not data, not what a generator wrote. */
function isRead(file: RepositoryFile): boolean {
  return /\.(?:ts|mjs|md)$/.test(file.path) && !file.path.includes('/generated/');
}

/** Files stay short enough to be read at one sitting. */
export const checkSize: Check = (files) =>
  files.filter(isRead).flatMap((file): Finding[] => {
    const lines = file.text.split('\n').length - 1;
    if (lines <= long || file.text.startsWith('<!-- generated')) return [];
    const severity = lines > longest ? 'error' : 'warning';
    const message = `\`${file.path}\` has ${lines} lines; ${long} is long, ${longest} too long`;
    const help = 'split it where its subject changes, and name the parts after their subjects';
    return [{ path: file.path, line: 0, severity, message, help }];
  });
