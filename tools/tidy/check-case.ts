import type { Check, Finding, RepositoryFile } from './finding.ts';

const decisions = new Set(['allowed', 'explicitDeny', 'implicitDeny']);

/** The book and the page, `IAM User Guide: AWS account root user`, or whose choice it is. */
const sourceForm = /^(?:(?:[A-Z][A-Za-z0-9]* )+(?:Guide|Reference)|evaluation choice): \S/;

/** Every decision case is a complete one: a question, an answer, why, and where that is said. */
export const checkCase: Check = (files) => {
  const asked = new Map<string, string>();
  return files
    .filter((file) => /^cases\/.*\.json$/.test(file.path))
    .flatMap((file) => caseFindings(file, asked));
};

/** `asked` has what was asked before, and by which case. */
function caseFindings(file: RepositoryFile, asked: Map<string, string>): Finding[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(file.text);
  } catch {
    return [finding(file, 'the file is not JSON', 'see another file in cases/')];
  }
  const cases: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return cases.flatMap((entry, index) => {
    const fields = new Map<string, unknown>(Object.entries(entry ?? {}));
    const given = fields.get('name');
    const name = typeof given === 'string' ? given : `case ${index}`;
    return oneCase(file, fields, name) ?? repetition(file, fields, name, asked);
  });
}

function oneCase(
  file: RepositoryFile,
  fields: ReadonlyMap<string, unknown>,
  name: string,
): Finding[] | undefined {
  const missing = ['name', 'why', 'source', 'policies', 'request', 'expect'].filter(
    (key) => !fields.has(key),
  );
  if (missing.length > 0) {
    const help = 'a case has name, why, source, policies, request and expect';
    return [finding(file, `\`${name}\` lacks ${missing.join(', ')}`, help)];
  }
  const source = fields.get('source');
  if (typeof source !== 'string' || !sourceForm.test(source)) {
    const help = 'name the guide and the page, `IAM User Guide: Policy evaluation logic`';
    return [finding(file, `\`${name}\` names no source`, help)];
  }
  const decision: unknown = Object(fields.get('expect')).decision;
  if (typeof decision === 'string' && decisions.has(decision)) return undefined;
  const help = `expect.decision is one of ${[...decisions].join(', ')}`;
  return [finding(file, `\`${name}\` expects no decision`, help)];
}

/** The same question under another name shows nothing new. */
function repetition(
  file: RepositoryFile,
  fields: ReadonlyMap<string, unknown>,
  name: string,
  asked: Map<string, string>,
): Finding[] {
  const question = JSON.stringify([fields.get('policies'), fields.get('request')]);
  const before = asked.get(question);
  asked.set(question, `${file.path}, ${name}`);
  if (before === undefined) return [];
  return [finding(file, `\`${name}\` asks what \`${before}\` asks`, 'keep one of the two')];
}

function finding(file: RepositoryFile, message: string, help: string): Finding {
  return { path: file.path, line: 0, severity: 'error', message, help };
}
