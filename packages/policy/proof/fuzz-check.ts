import {
  type ApplicablePolicies,
  type AuthorizationRequest,
  authorize,
  type Condition,
  compilePolicy,
  denialMessage,
  explain,
  foldAscii,
  type ParseResult,
  type PolicyDocument,
  type PolicyType,
  type Position,
  type PrincipalElement,
  type Statement,
  type TextNode,
  type ValueList,
} from '../src/index.ts';
import { PRINCIPALS } from './random-statement.ts';
import type { Json, JsonObject } from './reference-language.ts';

/** What is wrong with how a text was read; undefined when all is well. May throw, which is wrong. */
export function faultOf(text: string, type: PolicyType, result: ParseResult): string | undefined {
  return result.ok ? faultOfDocument(text, type, result.document) : faultOfProblems(text, result);
}

function faultOfProblems(
  text: string,
  { problems }: Extract<ParseResult, { ok: false }>,
): string | undefined {
  if (problems.length === 0) return 'refused without a problem';
  for (const { code, message, position } of problems) {
    if (code === '' || message === '') return 'a problem says nothing';
    const fault = faultOfPosition(text, position);
    if (fault !== undefined) return `${code}: ${fault}`;
  }
  return undefined;
}

/** Line, column and offset are one place, and it is inside of the text or at its end. */
function faultOfPosition(text: string, { line, column, offset }: Position): string | undefined {
  if (!(offset >= 0 && offset <= text.length)) return `offset ${offset} is outside of the text`;
  const lineStart = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  if (column !== offset - lineStart + 1) return `column ${column} is not offset ${offset}`;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1))
    lines++;
  return line === lines ? undefined : `line ${line} is not offset ${offset}`;
}

function faultOfDocument(
  text: string,
  type: PolicyType,
  document: PolicyDocument,
): string | undefined {
  const json = JSON.parse(text) as JsonObject;
  const statements = [json.Statement ?? []].flat() as readonly JsonObject[];
  if (document.text !== text) return 'the document has another text';
  // JSON.parse keeps one of two members of a name, so there are fewer than the text has names.
  if (countNames(text) !== countMembers(json)) return 'a name stands twice';
  if (document.version !== (json.Version ?? '2008-10-17')) return 'another Version';
  if (document.id !== json.Id) return 'another Id';
  if (document.statements.length !== statements.length) return 'another number of statements';
  for (const [index, statement] of document.statements.entries()) {
    const fault = faultOfStatement(text, statement, statements[index] ?? {});
    if (fault !== undefined) return `statement ${index}: ${fault}`;
  }
  return faultOfAnswers(document, type);
}

const STRING = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

/** In JSON that is right only a name has a colon behind it. */
function countNames(text: string): number {
  return [...text.matchAll(STRING)].filter(([, colon]) => colon !== undefined).length;
}

function countMembers(json: Json): number {
  if (typeof json !== 'object' || json === null) return 0;
  const values: readonly Json[] = Object.values(json);
  const inner = values.reduce<number>((sum, value) => sum + countMembers(value), 0);
  return inner + (Array.isArray(json) ? 0 : values.length);
}

function faultOfStatement(text: string, node: Statement, json: JsonObject): string | undefined {
  const { start, end } = node;
  if (text[start.offset] !== '{' || text[end.offset - 1] !== '}') return 'another place';
  if (node.sid !== json.Sid || node.effect !== json.Effect) return 'another Sid or Effect';
  const conditions = Object.entries((json.Condition ?? {}) as JsonObject).flatMap(
    ([operator, keys]) =>
      Object.entries(keys as JsonObject).map(([key, values]) => [operator, key, values] as const),
  );
  if (node.conditions.length !== conditions.length) return 'another number of conditions';
  return (
    faultOfList(text, 'Action', node.action, json) ??
    faultOfList(text, 'Resource', node.resource, json) ??
    faultOfPrincipal(text, node.principal, json) ??
    node.conditions
      .map((condition, index) => faultOfCondition(text, condition, conditions[index]))
      .find((fault) => fault !== undefined)
  );
}

function faultOfList(
  text: string,
  name: 'Action' | 'Resource',
  list: ValueList | undefined,
  json: JsonObject,
): string | undefined {
  const written = list?.negated ? json[`Not${name}`] : json[name];
  return sameTexts(text, list?.values ?? [], written) ? undefined : `another ${name}`;
}

function faultOfPrincipal(
  text: string,
  element: PrincipalElement | undefined,
  json: JsonObject,
): string | undefined {
  const written = element?.negated ? json.NotPrincipal : json.Principal;
  const lists = typeof written === 'string' ? { '*': written } : ((written ?? {}) as JsonObject);
  const entries = element?.entries ?? [];
  const isSame = Object.entries(lists).every(([type, texts]) => {
    const ofType = entries.filter((entry) => entry.type === type);
    const nodes = ofType.map(({ value }) => value);
    return sameTexts(text, nodes, texts);
  });
  const count = Object.values(lists).flat().length;
  return isSame && count === entries.length ? undefined : 'another Principal';
}

function faultOfCondition(
  text: string,
  { operator, key, values }: Condition,
  written: readonly [string, string, Json] | undefined,
): string | undefined {
  const isSame = written?.[0] === operator && written[1] === key;
  return isSame && sameTexts(text, values, written[2]) ? undefined : `another condition on ${key}`;
}

/** Every node has the text of its value, and its place is where that value is written. */
function sameTexts(text: string, nodes: readonly TextNode[], written: Json | undefined): boolean {
  const values = written === undefined ? [] : [written].flat();
  return (
    nodes.length === values.length &&
    nodes.every((node, index) => {
      const value = values[index];
      const { offset } = node.position;
      if (typeof value === 'string') return node.text === value && text[offset] === '"';
      // A number keeps its digits, of which JSON.parse may lose some.
      const isSame =
        typeof value === 'number' ? Number(node.text) === value : node.text === String(value);
      return isSame && text.startsWith(node.text, offset);
    })
  );
}

/** Asks the document what it speaks of itself, so that many of its statements are reached. */
function faultOfAnswers(document: PolicyDocument, type: PolicyType): string | undefined {
  const policy = compilePolicy(document, { type, name: 'fuzz' });
  const list = [policy];
  const policies: ApplicablePolicies = {
    identity: type === 'identity' ? list : [],
    ...(type === 'session' || type === 'resourceControl' ? { [type]: list } : { [type]: policy }),
    ...(type === 'serviceControl' ? { serviceControl: [list] } : {}),
    ...(type === 'identity' ? { identity: list } : {}),
  };
  const [statement] = document.statements;
  const context = new Map(
    document.statements.flatMap(({ conditions }) =>
      conditions.map(
        ({ key, values }) => [foldAscii(key), values.map(({ text }) => text)] as const,
      ),
    ),
  );
  for (const principal of PRINCIPALS) {
    const request: AuthorizationRequest = {
      principal,
      action: statement?.action.values[0]?.text ?? '*',
      resource: statement?.resource?.values[0]?.text ?? '*',
      resourceAccount: '111122223333',
      context,
    };
    const decision = authorize(request, policies);
    const explained = explain(request, policies).decision;
    if (decision.decision !== explained.decision) return 'decided in one way, explained in another';
    if (denialMessage(request, decision) === '') return 'a refusal without words';
  }
  return undefined;
}
