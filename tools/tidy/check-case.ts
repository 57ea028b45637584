import type { Check, Finding, RepositoryFile } from './finding.ts';

const decisions = new Set(['allowed', 'explicitDeny', 'implicitDeny']);

/** Every decision case is a complete one: a question, an answer, and why. */
export const checkCase: Check = (files) =>
  files.filter((file) => /^cases\/.*\.json$/.test(file.path)).flatMap(caseFindings);

function caseFindings(file: RepositoryFile): Finding[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(file.text);
  } catch {
    return [finding(file, 'the file is not JSON', 'see another file in cases/')];
  }
  const cases: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return cases.flatMap((entry, index) => oneCase(file, entry, index));
}

function oneCase(file: RepositoryFile, entry: unknown, index: number): Finding[] {
  const fields = new Map(Object.entries(entry ?? {}));
  const name = typeof fields.get('name') === 'string' ? fields.get('name') : `case ${index}`;
  const missing = ['name', 'why', 'policies', 'request', 'expect'].filter(
    (key) => !fields.has(key),
  );
  if (missing.length > 0) {
    const help = 'a case has name, why, policies, request and expect';
    return [finding(file, `\`${name}\` lacks ${missing.join(', ')}`, help)];
  }
  const decision: unknown = Object(fields.get('expect')).decision;
  if (typeof decision === 'string' && decisions.has(decision)) return [];
  const help = `expect.decision is one of ${[...decisions].join(', ')}`;
  return [finding(file, `\`${name}\` expects no decision`, help)];
}

function finding(file: RepositoryFile, message: string, help: string): Finding {
  return { path: file.path, line: 0, severity: 'error', message, help };
}
