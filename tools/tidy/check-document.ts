import { type Check, type Finding, lineAt, type RepositoryFile } from './finding.ts';

/** The kinds of blocks that the README may have: run, shown, or data. */
const languages = new Set(['sh', 'text', 'json']);

/** The README's commands are run by a test, links lead somewhere, decisions are complete. */
export const checkDocument: Check = (files) => [
  ...files.filter((file) => file.path === 'README.md').flatMap(blockFindings),
  ...files.filter((file) => file.path.endsWith('.md')).flatMap((file) => linkFindings(file, files)),
  ...files.filter((file) => /^docs\/decisions\/\d/.test(file.path)).flatMap(decisionFindings),
];

function blockFindings(file: RepositoryFile): Finding[] {
  const fences = [...file.text.matchAll(/^```(.*)$/gm)];
  return fences
    .filter((_, index) => index % 2 === 0)
    .filter((fence) => !languages.has(fence[1] ?? ''))
    .map((fence) => ({
      path: file.path,
      line: lineAt(file.text, fence.index),
      severity: 'error',
      message: `a block of kind \`${fence[1]}\``,
      help: 'use `sh` for what tests/story.test.ts runs, `text` for output, `json` for documents',
    }));
}

function linkFindings(file: RepositoryFile, files: readonly RepositoryFile[]): Finding[] {
  const folder = file.path.split('/').slice(0, -1);
  return [...file.text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)].flatMap((match) => {
    const path = resolve(folder, match[1] ?? '');
    const found = files.some((other) => other.path === path || other.path.startsWith(`${path}/`));
    if (found) return [];
    return [
      {
        path: file.path,
        line: lineAt(file.text, match.index),
        severity: 'error' as const,
        message: `the link \`${match[1]}\` leads nowhere`,
        help: 'link to a file of the repository by its relative path',
      },
    ];
  });
}

function resolve(folder: readonly string[], link: string): string {
  const parts = [...folder];
  for (const part of link.replace(/\/$/, '').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function decisionFindings(file: RepositoryFile): Finding[] {
  return ['## Context', '## Decision', '## What we gave up']
    .filter((heading) => !file.text.includes(`\n${heading}\n`))
    .map((heading) => ({
      path: file.path,
      line: 0,
      severity: 'error',
      message: `the decision has no part \`${heading}\``,
      help: 'a decision says its context, itself, and what was given up',
    }));
}
