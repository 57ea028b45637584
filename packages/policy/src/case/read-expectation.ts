import type { DecisionType } from '../decision.ts';
import {
  type DocumentReader,
  readMembers,
  readText,
  readTextList,
  report,
} from '../parse/document-reader.ts';
import type { JsonNode } from '../parse/json-node.ts';
import { POLICY_TYPES, type PolicyType } from '../policy-type.ts';
import type { Expectation } from './decision-case.ts';

const FIELDS = ['decision', 'because', 'missing', 'message'];
const DECISIONS: readonly DecisionType[] = ['allowed', 'explicitDeny', 'implicitDeny'];

export function readExpectation(
  reader: DocumentReader,
  node: JsonNode,
  path: string,
): Expectation | undefined {
  if (node.kind !== 'object') return report(reader, 'wrong-type', path, node.start, 'an object');
  const members = readMembers(reader, node, path, FIELDS);
  const written = readText(reader, members.get('decision'), `${path}.decision`);
  const decision = DECISIONS.find((one) => one === written);
  if (decision === undefined) {
    const help = `a \`decision\`: ${DECISIONS.join(', ')}`;
    return report(reader, 'missing-element', path, node.start, help);
  }
  const missing = members.get('missing');
  return {
    decision,
    because: readBecause(reader, members.get('because'), `${path}.because`),
    missing: missing && textsOf(reader, missing, `${path}.missing`),
    message: readText(reader, members.get('message'), `${path}.message`),
  };
}

function readBecause(
  reader: DocumentReader,
  node: JsonNode | undefined,
  path: string,
): readonly string[] | PolicyType | undefined {
  if (node === undefined) return undefined;
  if (node.kind === 'array') return textsOf(reader, node, path);
  const text = readText(reader, node, path);
  const type = POLICY_TYPES.find((one) => one === text);
  if (type !== undefined) return type;
  const help = `a list of statements, or one of ${POLICY_TYPES.join(', ')}`;
  return report(reader, 'unknown-type', path, node.start, help);
}

function textsOf(reader: DocumentReader, node: JsonNode, path: string): readonly string[] {
  return readTextList(reader, node, path).map(({ text }) => text);
}
