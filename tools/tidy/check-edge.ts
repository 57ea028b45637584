import { posix } from 'node:path';
import { type Check, type Finding, lineAt, type RepositoryFile } from './finding.ts';
import { mask } from './mask.ts';

/** Which of our rooms a room may import. What is not here may import nothing of ours. */
const edges: Readonly<Record<string, readonly string[]>> = {
  'packages/policy': [],
  'packages/wire': [],
  'packages/store': [],
  'packages/services': ['packages/policy', 'packages/wire', 'packages/store'],
  'apps/carnet': ['packages/policy', 'packages/wire', 'packages/store', 'packages/services'],
  tools: ['packages/policy', 'packages/wire', 'packages/store', 'packages/services', 'tests'],
  tests: ['packages/policy', 'packages/wire', 'packages/store', 'packages/services'],
};

const specifier =
  /(?<!\w)(?:(?:import|export)\s(?:[^;'"`]*?\sfrom\s*)?|import\s*\(\s*)(['"])([^'"\n]+)\1/g;

/** The directions between the rooms, over package names and over relative paths alike. */
export const checkEdge: Check = (files) =>
  files.filter((file) => /\.(?:ts|mjs)$/.test(file.path)).flatMap(edgeFindings);

function edgeFindings(file: RepositoryFile): Finding[] {
  const from = roomOf(file.path);
  if (from === undefined) return [];
  const code = mask(file.text, 'commentsAndStrings');
  return [...mask(file.text, 'comments').matchAll(specifier)].flatMap((match): Finding[] => {
    if (!/^(?:import|export)/.test(code.slice(match.index))) return [];
    const imported = match[2] ?? '';
    const to = target(file.path, imported);
    if (to === undefined || to === from || edges[from]?.includes(to)) return [];
    const allowed = edges[from]?.join(', ') || 'nothing of ours';
    return [
      {
        path: file.path,
        line: lineAt(file.text, match.index),
        severity: 'error',
        message: `\`${from}\` imports \`${imported}\``,
        help: `${from} may import ${allowed}; move the code to the room it belongs to`,
      },
    ];
  });
}

/** `packages/wire` for everything below it, `tools` for every tool. */
function roomOf(path: string): string | undefined {
  return /^(?:(?:packages|apps)\/[^/]+|tools|tests)(?=\/)/.exec(path)?.[0];
}

/** The room that an import leads to; undefined for other people's packages. */
function target(path: string, imported: string): string | undefined {
  if (imported.startsWith('.')) {
    return roomOf(posix.join(posix.dirname(path), imported)) ?? 'the root';
  }
  const name = /^@carnet\/([^/]+)/.exec(imported)?.[1];
  if (name === undefined) return undefined;
  return name === 'carnet' ? 'apps/carnet' : `packages/${name}`;
}
