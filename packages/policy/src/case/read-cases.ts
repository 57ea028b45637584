import { type DocumentReader, readMembers, readText, report } from '../parse/document-reader.ts';
import type { JsonNode } from '../parse/json-node.ts';
import { parseJson } from '../parse/parse-json.ts';
import type { Problem } from '../problem.ts';
import type { CaseProblem, CasesResult, DecisionCase, LoadDocument } from './decision-case.ts';
import { type CaseReader, readCasePolicies } from './read-case-policies.ts';
import { readCaseRequest } from './read-case-request.ts';
import { readExpectation } from './read-expectation.ts';

/**
 * Reads questions to the engine from JSON: one case, or a list of them, in the format that
 * `cases/README.md` tells. Policies are held against everything that is checked when one is saved,
 * and everything that is wrong is told with its place.
 */
export function readCases(text: string, load: LoadDocument = () => undefined): CasesResult {
  const json = parseJson(text);
  if (!json.ok) return { ok: false, problems: [ofQuestion(json.problem)] };
  const reader: CaseReader = { text, load, document: { problems: [] }, problems: [] };
  const items = json.value.kind === 'array' ? json.value.items : [json.value];
  const cases = items.flatMap((item, index) => readCase(reader, item, `[${index}]`) ?? []);
  const problems = [...reader.document.problems.map(ofQuestion), ...reader.problems];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, cases };
}

function ofQuestion(problem: Problem): CaseProblem {
  return { ...problem, file: undefined, subject: 'question' };
}

const FIELDS = ['name', 'why', 'source', 'policies', 'request', 'expect'];

function readCase(reader: CaseReader, node: JsonNode, path: string): DecisionCase | undefined {
  const form: DocumentReader = reader.document;
  if (node.kind !== 'object') return report(form, 'wrong-type', path, node.start, 'an object');
  const members = readMembers(form, node, path, FIELDS);
  for (const field of ['why', 'source']) readText(form, members.get(field), `${path}.${field}`);
  const asked = members.get('request');
  const request = asked && readCaseRequest(form, asked, `${path}.request`);
  const policies = readCasePolicies(reader, members.get('policies'), `${path}.policies`);
  const expected = members.get('expect');
  const expect = expected && readExpectation(form, expected, `${path}.expect`);
  if (asked === undefined) return report(form, 'missing-element', path, node.start, 'a `request`');
  if (request === undefined || policies === undefined) return undefined;
  return {
    name: readText(form, members.get('name'), `${path}.name`),
    request,
    expect,
    ...policies,
  };
}
