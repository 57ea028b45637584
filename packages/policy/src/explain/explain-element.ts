import { type CompiledAction, coversAction } from '../compile/action-index.ts';
import { compileResource, fitsResource } from '../compile/compile-resource.ts';
import type { CompiledStatement } from '../compile/compile-statement.ts';
import type {
  ApplicablePolicies,
  AuthorizationRequest,
} from '../evaluate/authorization-request.ts';
import { Question } from '../evaluate/question.ts';
import { fitsPattern } from '../match/compiled-pattern.ts';
import { compilePrincipalEntry } from '../match/principal.ts';
import type { PrincipalElement, TextNode, ValueList } from '../policy-document.ts';
import type { Principal } from '../principal.ts';
import type { ElementExplanation } from './explanation.ts';

/** What a statement is explained against. */
export interface Asked {
  readonly request: AuthorizationRequest;
  readonly policies: ApplicablePolicies;
  readonly simulate: boolean;
}

export function explainPrincipal(
  { negated, entries }: PrincipalElement,
  compiled: CompiledStatement,
  { request, policies }: Asked,
): ElementExplanation {
  const { principal } = request;
  const nearest = compiled.matchPrincipal?.(new Question(request, policies)) ?? 'direct';
  const named = entries.filter((entry) => compilePrincipalEntry(entry)(principal) !== 'none');
  return {
    element: negated ? 'NotPrincipal' : 'Principal',
    holds: nearest !== 'none',
    truth: nearest === 'none' ? 'false' : 'true',
    values: (named.length > 0 ? named : entries).map(({ value }) => value),
    carried: nameOf(principal),
    failing: [],
    missing: [],
    isUndecidable: false,
    nearest,
  };
}

function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous':
      return '*';
    case 'service':
      return principal.service;
    default:
      return principal.arn;
  }
}

export function explainAction(
  { negated, values }: ValueList,
  compiled: CompiledAction,
  { request, policies }: Asked,
): ElementExplanation {
  const { folded } = new Question(request, policies).action;
  const holds = coversAction(compiled, folded);
  const fitting = values.filter((_, index) => {
    const entry = compiled.entries[index];
    return entry !== undefined && fitsPattern(entry, folded);
  });
  return {
    element: negated ? 'NotAction' : 'Action',
    holds,
    truth: holds ? 'true' : 'false',
    values: decisive(fitting, values),
    carried: request.action,
    failing: [],
    missing: [],
    isUndecidable: false,
  };
}

export function explainResource(
  element: ValueList,
  compiled: CompiledStatement,
  variables: boolean,
  { request, policies, simulate }: Asked,
): ElementExplanation {
  const { negated, values } = element;
  const { resource } = request;
  const question = new Question(request, policies);
  const holds = fitsResource(compiled, resource, question) !== negated;
  const missing = question.missing;
  const alone = values.map((value) => {
    const probe = new Question(request, policies);
    const only = compileResource({ ...element, values: [value] }, variables);
    const fits = fitsResource(only, resource, probe);
    return { value, fits, isKnown: probe.missing.length === 0 };
  });
  const fitting = alone.filter(({ fits }) => fits).map(({ value }) => value);
  // What fits by a value that needs no missing key, fits whatever that key would be.
  const isSettled = alone.some(({ fits, isKnown }) => fits && isKnown);
  const isUnknown = simulate && missing.length > 0 && !isSettled;
  return {
    element: negated ? 'NotResource' : 'Resource',
    holds,
    truth: isUnknown ? 'unknown' : holds ? 'true' : 'false',
    values: decisive(fitting, values),
    carried: resource,
    failing: [],
    missing,
    isUndecidable: false,
  };
}

/** Where a value fits, that one decides; where none does, all of them did. */
export function decisive(
  fitting: readonly TextNode[],
  values: readonly TextNode[],
): readonly TextNode[] {
  return fitting.length > 0 ? fitting : values;
}
