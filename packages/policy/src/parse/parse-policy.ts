import type { PolicyDocument } from '../policy-document.ts';
import type { PolicyType } from '../policy-type.ts';
import type { Position, Problem } from '../problem.ts';
import { checkDocument } from './check-document.ts';
import { type DocumentReader, readMembers, readText, report } from './document-reader.ts';
import type { JsonNode } from './json-node.ts';
import { syntaxProblem } from './make-problem.ts';
import { parseJson } from './parse-json.ts';
import { readStatement } from './read-statement.ts';

/** A document, or everything that is wrong with the text; the first problem is the one AWS names. */
export type ParseResult =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** UTF-16 units. Far above every quota, and AWS's own largest managed policy has 150,000. */
export const MAX_LENGTH = 524_288;

const START: Position = Object.freeze({ line: 1, column: 1, offset: 0 });

export interface ParseOptions {
  /** Takes a document without a Version, or of the older one, for what AWS does not save. */
  readonly anyVersion?: boolean;
}

/**
 * Reads a policy document and holds it against everything that AWS checks when one is saved (the
 * IAM User Guide's grammar of the policy language; sizes are the services' to check, `policySize`).
 * What one type of policy may hold and another not goes by `policyType`.
 */
export function parsePolicy(
  text: string,
  policyType: PolicyType,
  { anyVersion = false }: ParseOptions = {},
): ParseResult {
  const character = text.length > MAX_LENGTH ? undefined : forbiddenCharacter(text, policyType);
  if (text.length > MAX_LENGTH) {
    return failure([syntaxProblem('too-long', '', START, `at most ${MAX_LENGTH} characters`)]);
  }
  if (character !== undefined) return failure([character]);
  const json = parseJson(text);
  if (!json.ok) return failure([json.problem]);

  const reader: DocumentReader = { problems: [] };
  const document = readDocument(reader, json.value, text);
  if (document === undefined || reader.problems.length > 0) return failure(reader.problems);
  const { document: read, declaresVersion } = document;
  const problems = checkDocument(read, declaresVersion, policyType).filter(
    ({ code }) => !anyVersion || code !== 'version',
  );
  return problems.length > 0 ? failure(problems) : { ok: true, document: read };
}

/** The document of a text that `parsePolicy` has found right before: nothing is checked again. */
export function rereadPolicy(text: string): PolicyDocument {
  const json = parseJson(text);
  const reader: DocumentReader = { problems: [] };
  const read = json.ok ? readDocument(reader, json.value, text) : undefined;
  if (read === undefined) throw new Error('the text of a compiled policy does not parse');
  return read.document;
}

/**
 * Characters other than white space: what IAM's quotas for the size of policies count (IAM and STS
 * quotas, IAM User Guide).
 */
export function policySize(text: string): number {
  let size = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) size++;
  }
  return size;
}

function failure(problems: readonly Problem[]): ParseResult {
  return { ok: false, problems: Object.freeze(problems) };
}

const OUTSIDE_IAM_CHARACTERS = /[^\t\n\r\u0020-\u00ff]/;

/** IAM takes Latin-1; resource policies name objects, whose keys are any Unicode. */
function forbiddenCharacter(text: string, policyType: PolicyType): Problem | undefined {
  if (policyType === 'resource' || policyType === 'vpcEndpoint') return undefined;
  const offset = text.search(OUTSIDE_IAM_CHARACTERS);
  if (offset < 0) return undefined;
  const before = text.slice(0, offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  const position: Position = Object.freeze({ line: before.length, column, offset });
  return syntaxProblem('character', '', position, 'characters from U+0020 to U+00FF');
}

interface ReadDocument {
  readonly document: PolicyDocument;
  readonly declaresVersion: boolean;
}

function readDocument(
  reader: DocumentReader,
  node: JsonNode,
  text: string,
): ReadDocument | undefined {
  if (node.kind !== 'object') return report(reader, 'wrong-type', '', node.start, 'an object');
  const members = readMembers(reader, node, '', ['Version', 'Id', 'Statement']);
  const version = readVersion(reader, members.get('Version'));
  const id = readText(reader, members.get('Id'), 'Id');
  const statement = members.get('Statement');
  if (statement === undefined) {
    return report(reader, 'missing-element', 'Statement', node.start, 'a `Statement`');
  }
  const items = statement.kind === 'array' ? statement.items : [statement];
  if (items.length === 0) {
    report(reader, 'missing-element', 'Statement', statement.start, 'at least one statement');
  }
  const statements = items.flatMap((item, index) => {
    const path = statement.kind === 'array' ? `Statement[${index}]` : 'Statement';
    return readStatement(reader, item, index, path) ?? [];
  });
  const document: PolicyDocument = Object.freeze({
    kind: 'PolicyDocument',
    version: version ?? '2008-10-17',
    id,
    statements: Object.freeze(statements),
    text,
  });
  return { document, declaresVersion: version !== undefined };
}

function readVersion(
  reader: DocumentReader,
  node: JsonNode | undefined,
): PolicyDocument['version'] | undefined {
  const text = readText(reader, node, 'Version');
  if (node === undefined || text === undefined) return undefined;
  if (text === '2008-10-17' || text === '2012-10-17') return text;
  return report(reader, 'unknown-version', 'Version', node.start, '`2012-10-17`');
}
