import { compilePolicy } from '../compile/compile-policy.ts';
import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import type { ApplicablePolicies } from '../evaluate/authorization-request.ts';
import { type DocumentReader, readMembers, readText, report } from '../parse/document-reader.ts';
import type { JsonNode } from '../parse/json-node.ts';
import { parsePolicy } from '../parse/parse-policy.ts';
import { POLICY_TYPES, type PolicyType } from '../policy-type.ts';
import type { Position, Problem } from '../problem.ts';
import type { CaseDocument, CaseProblem, DecisionCase, LoadDocument } from './decision-case.ts';

/** What is wrong with the form of a case, and, apart, with the documents in it. */
export interface CaseReader {
  readonly text: string;
  readonly load: LoadDocument;
  readonly document: DocumentReader;
  readonly problems: CaseProblem[];
}

interface CasePolicy extends CaseDocument {
  readonly type: PolicyType;
  readonly level: string | undefined;
  readonly node: JsonNode;
}

export function readCasePolicies(
  reader: CaseReader,
  node: JsonNode | undefined,
  path: string,
): Pick<DecisionCase, 'policies' | 'documents'> | undefined {
  if (node === undefined) return { policies: { identity: [] }, documents: [] };
  const items = node.kind === 'array' ? node.items : [node];
  const documents = items.flatMap(
    (item, index) => readCasePolicy(reader, item, `${path}[${index}]`) ?? [],
  );
  return { policies: applicablePolicies(reader.document, documents, path), documents };
}

const FIELDS = ['type', 'name', 'arn', 'level', 'document', 'file'];

function readCasePolicy(reader: CaseReader, node: JsonNode, path: string): CasePolicy | undefined {
  const form = reader.document;
  if (node.kind !== 'object') return report(form, 'wrong-type', path, node.start, 'an object');
  const members = readMembers(form, node, path, FIELDS);
  const text = (field: string) => readText(form, members.get(field), `${path}.${field}`);
  const written = text('type');
  const type = POLICY_TYPES.find((one) => one === written);
  if (type === undefined) {
    const help = `a \`type\`: ${POLICY_TYPES.join(', ')}`;
    return report(form, 'unknown-type', path, members.get('type')?.start ?? node.start, help);
  }
  const file = text('file');
  const document = members.get('document');
  const start = document === undefined ? START : document.start;
  const documentText = document
    ? reader.text.slice(document.start.offset, document.end.offset)
    : file === undefined
      ? undefined
      : reader.load(file);
  if (documentText === undefined) {
    const help = 'a `document`, or a `file` in this folder or below it that can be read';
    const place = members.get('file') ?? node;
    return report(form, 'missing-element', path, place.start, help);
  }
  const parsed = parsePolicy(documentText, type);
  if (!parsed.ok) {
    // A call takes only so many arguments, and a document may have more problems than that.
    for (const one of parsed.problems) reader.problems.push(placed(one, file, start));
    return undefined;
  }
  const source = { type, name: text('name') ?? file ?? type, arn: text('arn') };
  const policy = compilePolicy(parsed.document, source);
  return { policy, file, start, type, level: text('level'), node };
}

const START: Position = Object.freeze({ line: 1, column: 1, offset: 0 });

function placed(problem: Problem, file: string | undefined, start: Position): CaseProblem {
  const position = positionWithin(start, problem.position);
  return { ...problem, position, file, subject: 'policy' };
}

/** A position in a document as one in the file in which the document begins at `start`. */
export function positionWithin(start: Position, position: Position): Position {
  return {
    line: start.line + position.line - 1,
    column: position.line === 1 ? start.column + position.column - 1 : position.column,
    offset: start.offset + position.offset,
  };
}

/** Policies of one level of SCPs stand under one name; of some types there is only one. */
function applicablePolicies(
  form: DocumentReader,
  documents: readonly CasePolicy[],
  path: string,
): ApplicablePolicies {
  const ofType = (type: PolicyType) => documents.filter((one) => one.type === type);
  const all = (type: PolicyType): CompiledPolicy[] => ofType(type).map(({ policy }) => policy);
  const some = (type: PolicyType) => (ofType(type).length === 0 ? undefined : all(type));
  const one = (type: PolicyType): CompiledPolicy | undefined => {
    const [first, second] = ofType(type);
    if (second !== undefined) {
      report(form, 'too-many', path, second.node.start, `at most one policy of type ${type}`);
    }
    return first?.policy;
  };
  const levels = Map.groupBy(ofType('serviceControl'), ({ level }) => level);
  return {
    identity: all('identity'),
    resource: one('resource'),
    trust: one('trust'),
    permissionsBoundary: one('permissionsBoundary'),
    session: some('session'),
    serviceControl: [...levels.values()].map((level) => level.map(({ policy }) => policy)),
    resourceControl: some('resourceControl'),
    vpcEndpoint: one('vpcEndpoint'),
  };
}
