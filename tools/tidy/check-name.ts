import { type Check, type Finding, lineAt, type RepositoryFile } from './finding.ts';
import { mask } from './mask.ts';

/** Words that are not ours, with the one that is. AWS's word, once. */
const replacements: ReadonlyMap<string, string> = new Map([
  ['rule', '`Statement` (of a policy), `check` (of a tool)'],
  ['grant', '`Allow` or `authorize`'],
  ['subject', '`principal`'],
  ['tenant', '`account`'],
  ['master', '`primary`, or `masterKey` for the key that wraps data keys'],
  ['attributes', '`tags` or `conditionKeys`'],
  ['whitelist', '`allowList`'],
  ['blacklist', '`denyList`'],
  ['util', 'the name of what it does'],
  ['utils', 'the name of what it does'],
  ['helper', 'the name of what it does'],
  ['helpers', 'the name of what it does'],
  ['impl', 'the name of the thing; the interface and the function need two names'],
  ['manager', 'the name of what it does: `store`, `cache`, `sessions`'],
  ['authn', '`authentication`'],
  ['authz', '`authorization`'],
  ['creds', '`credentials`'],
  ['ctx', '`context`'],
  ['cfg', '`settings`'],
  ['acct', '`account`'],
]);

/** Names in which such a word is AWS's own, or has another sense. */
const legitimate = /master-?key|object-?attributes|account-?grants|authorization-?rules/gi;

const kebab = /^\.?[a-z0-9]+(?:[.-][a-z0-9]+)*$/;
const titles = new Set(['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'LICENSE', 'NOTICE']);
const vagueFolders = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'lib']);

/** File names kebab-case, folders named after their subject, banned words nowhere exported. */
export const checkName: Check = (files) =>
  files.flatMap((file) => [...pathFindings(file), ...exportFindings(file)]);

function pathFindings(file: RepositoryFile): Finding[] {
  const parts = file.path.split('/');
  const name = parts.at(-1) ?? '';
  const findings: Finding[] = [];
  const report = (message: string, help: string) =>
    findings.push({ path: file.path, line: 0, severity: 'error', message, help });
  if (!kebab.test(name) && !titles.has(name) && file.path !== 'docs/TOUR.md') {
    report(`file name \`${name}\` is not kebab-case`, `call it \`${toKebab(name)}\``);
  }
  for (const folder of parts.slice(0, -1)) {
    if (vagueFolders.has(folder)) {
      report(`folder name \`${folder}\` says nothing`, 'put each file beside what it serves');
    } else if (!kebab.test(folder)) {
      report(`folder name \`${folder}\` is not kebab-case`, `call it \`${toKebab(folder)}\``);
    }
  }
  if (name.endsWith('.ts')) {
    for (const [word, help] of bannedWords(name.replace(/(?:\.test|\.bench)?\.ts$/, ''))) {
      report(`file name \`${name}\` uses the word \`${word}\``, `use ${help}`);
    }
  }
  return findings;
}

const exported =
  /^export\s+(?:async\s+)?(?:function\*?|const|let|class|abstract\s+class|interface|type)\s+(\w+)/gm;

function exportFindings(file: RepositoryFile): Finding[] {
  if (!file.path.endsWith('.ts') || file.path.includes('/generated/')) return [];
  return [...mask(file.text, 'commentsAndStrings').matchAll(exported)].flatMap((match) => {
    const name = match[1] ?? '';
    const place = { path: file.path, line: lineAt(file.text, match.index) };
    const banned = bannedWords(name).map(
      ([word, help]): Finding => ({
        ...place,
        severity: 'error',
        message: `exported name \`${name}\` uses the word \`${word}\``,
        help: `use ${help}`,
      }),
    );
    const prefixed = /^I[A-Z][a-z]/.test(name) && /interface|type/.test(match[0]);
    return prefixed ? [...banned, prefixFinding(place, name)] : banned;
  });
}

function prefixFinding(place: { path: string; line: number }, name: string): Finding {
  return {
    ...place,
    severity: 'error',
    message: `type \`${name}\` carries the prefix \`I\``,
    help: `call it \`${name.slice(1)}\``,
  };
}

function bannedWords(name: string): (readonly [string, string])[] {
  return name
    .replace(legitimate, '')
    .split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .flatMap((word) => {
      const help = replacements.get(word.toLowerCase());
      return help === undefined ? [] : [[word, help] as const];
    });
}

function toKebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[_ ]+/g, '-')
    .toLowerCase();
}
