import type { AuthorizationRequest, Principal } from '../src/index.ts';
import type { Truth, Values } from './reference-value.ts';
import { compare, fits, fold, piece, piecesOf } from './reference-value.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** How a statement names the caller: directly (D), the role or user behind it (R), the account (X). */
export type Naming = 'D' | 'R' | 'X';

/** Told of every condition that was asked. */
export type Observer = (operator: string, truth: Truth) => void;

export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The ways in which a statement that matches names the caller; undefined when it does not match. */
export function matchStatement(
  statement: JsonObject,
  version: Json | undefined,
  request: AuthorizationRequest,
  hasBoundary: boolean,
  observe: Observer,
): readonly Naming[] | undefined {
  const { Effect, Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const namings = namingsOf(statement, request.principal, hasBoundary);
  if (namings.length === 0) return undefined;

  const action = fold(request.action);
  const isAction = (text: string) => fits(piecesOf(fold(text)) ?? [], action);
  if (textsOf(Action ?? NotAction).some(isAction) === (NotAction !== undefined)) return undefined;

  const values: Values = (key) => listOf(request.context.get(fold(key))).map(String);
  const variables = version === '2012-10-17' ? values : undefined;
  const isResource = (text: string) => matchesResource(text, request.resource, variables);
  if (Resource !== undefined && !textsOf(Resource).some(isResource)) return undefined;
  if (NotResource !== undefined && textsOf(NotResource).some(isResource)) return undefined;

  const truths = Object.entries(Condition as JsonObject).flatMap(([operator, keys]) =>
    Object.entries(keys as JsonObject).map(([key, expected]) => {
      const truth = truthOf(operator, values(key), textsOf(expected), variables);
      observe(operator, truth);
      return truth;
    }),
  );
  // What nobody can tell makes an Allow not match and a Deny match.
  const holds = truths.every((truth) => truth === true || (truth && Effect === 'Deny'));
  return holds ? namings : undefined;
}

function textsOf(value: Json | undefined): readonly string[] {
  return listOf(value).map(String);
}

/** Variables stand behind the fifth colon; before it wildcards end with their segment. */
function matchesResource(entry: string, arn: string, variables: Values | undefined): boolean {
  if (entry === '*') return true;
  const parts = entry.split(':');
  const head = parts.length > 5 ? `${parts.slice(0, 5).join(':')}:` : entry;
  const rest = piecesOf(entry.slice(head.length), variables);
  if (rest === undefined) return false;
  // A star at the end of a segment may run on across colons.
  const isLast = (place: number) => place + 1 === head.length || head[place + 1] === ':';
  const first = [...head].map((text, place) => piece(text, text !== '*' || !isLast(place)));
  return fits([...first, ...rest], arn);
}

// --- Principal ---

function namingsOf(
  { Principal: named, NotPrincipal: excepted, Effect }: JsonObject,
  principal: Principal,
  hasBoundary: boolean,
): readonly Naming[] {
  if (named !== undefined) return entriesOf(named).flatMap((entry) => naming(entry, principal));
  // Whom a policy of another type is about is said by attaching it.
  if (excepted === undefined) return ['D'];
  const entries = entriesOf(excepted);
  const listed = entries.flatMap((entry) => naming(entry, principal));
  if (Effect === 'Allow') return listed.length === 0 ? ['D'] : [];
  if (hasBoundary) return ['D'];
  // A Deny excepts the caller only when everything that AWS would check is listed.
  const isEverybody = entries.some(([, text]) => text === '*');
  const checked = NAMES[principal.kind];
  const isListed = checked.length > 0 && checked.every((name) => listed.includes(name));
  return isEverybody || isListed ? [] : ['D'];
}

/** All that a `NotPrincipal` has to list to except a caller. Nothing stands for an anonymous one. */
const NAMES: Readonly<Record<Principal['kind'], readonly Naming[]>> = {
  anonymous: [],
  service: ['D'],
  root: ['X'],
  user: ['X', 'D'],
  assumedRole: ['X', 'R', 'D'],
  federatedUser: ['X', 'R', 'D'],
};

type Entry = readonly [type: string, text: string];

function entriesOf(element: Json): readonly Entry[] {
  if (typeof element === 'string') return [['AWS', element]];
  const byType = Object.entries(element as JsonObject);
  return byType.flatMap(([type, texts]) => textsOf(texts).map((text): Entry => [type, text]));
}

function naming([type, text]: Entry, principal: Principal): readonly Naming[] {
  if (type === 'AWS' && text === '*') return ['D'];
  if (principal.kind === 'anonymous') return [];
  if (principal.kind === 'service') {
    return type === 'Service' && text === principal.service ? ['D'] : [];
  }
  if (type !== 'AWS') return [];
  const { kind, accountId, arn } = principal;
  const [, partition] = arn.split(':');
  if (text === accountId || text === `arn:${partition}:iam::${accountId}:root`) return ['X'];
  if (kind === 'root') return [];
  if (text === arn || (kind === 'user' && text === principal.uniqueId)) return ['D'];
  if (kind === 'user') return [];
  // A session may be named by the role's id and its own name, as `aws:userid` has them.
  if (kind === 'assumedRole' && text === `${principal.uniqueId}:${arn.split('/').at(-1)}`) {
    return ['D'];
  }
  const behind = kind === 'assumedRole' ? principal.roleArn : principal.userArn;
  return text === behind || text === principal.uniqueId ? ['R'] : [];
}

// --- Condition ---

/** Whether one operator holds for one key. `found`: the request's values, none when it is absent. */
function truthOf(
  operator: string,
  found: readonly string[],
  expected: readonly string[],
  variables: Values | undefined,
): Truth {
  const [, qualifier, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const isNegated = name.includes('Not');
  const positive = name.replace('Not', '');
  const isAbsent = found.length === 0;
  // AWS calls a lone empty string a null data set, for Null and the set operators.
  const isEmpty = isAbsent || (found.length === 1 && found[0] === '');

  // With a qualifier Null is always true, or always false.
  if (name === 'Null' && qualifier !== undefined) return qualifier === 'ForAllValues';
  if (name === 'Null') return expected.some((text) => fold(text) === String(isEmpty));
  if (isAbsent && ifExists !== undefined) return true;
  if (isEmpty && qualifier !== undefined) return qualifier === 'ForAllValues';
  if (isAbsent) return isNegated;
  if (found.length > 1 && qualifier === undefined) return 'unknown';

  const truths = found.map((actual) => {
    const truth = anyOf(expected.map((text) => compare(positive, text, actual, variables)));
    return isNegated ? not(truth) : truth;
  });
  return qualifier === 'ForAllValues' ? not(anyOf(truths.map(not))) : anyOf(truths);
}

function not(truth: Truth): Truth {
  return truth === 'unknown' ? truth : !truth;
}

function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.includes('unknown') ? 'unknown' : false;
}
