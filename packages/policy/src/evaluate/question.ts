import type { ValueSource } from '../condition/comparison.ts';
import { foldAscii } from '../match/fold-ascii.ts';
import type { PolicyVariable } from '../match/policy-variable.ts';
import type { PrincipalQuestion } from '../match/principal.ts';
import type {
  ApplicablePolicies,
  AuthorizationRequest,
  RequestContext,
} from './authorization-request.ts';

/** A request as the statements are asked about it. */
export interface Question extends PrincipalQuestion, ValueSource {
  /** Folded. */
  readonly action: string;
  readonly resource: string;
  /** Keys (as written) that were asked for and are absent. Grows while statements are asked. */
  readonly missing: Set<string>;
}

export function questionOf(request: AuthorizationRequest, policies: ApplicablePolicies): Question {
  const { principal, resource, context } = request;
  const missing = new Set<string>();
  const lookUp: ValueSource['lookUp'] = (key, name) => {
    const value = presentValue(context, key);
    if (value === undefined) missing.add(name);
    return value;
  };
  const resolve = (variable: PolicyVariable): string | undefined => {
    const value = lookUp(variable.key, variable.name);
    if (value === undefined) return variable.default;
    if (typeof value === 'string') return value;
    // Variables are for single-valued keys; a list of one is its value.
    return value.length === 1 ? value[0] : undefined;
  };
  return {
    principal,
    hasBoundary: policies.permissionsBoundary !== undefined,
    action: foldedAction(request.action),
    resource,
    missing,
    lookUp,
    resolve,
  };
}

/** Enough for every action of AWS; whoever asks for more than exist pays for it. */
const MOST_ACTIONS = 32_768;
const foldedActions = new Map<string, string>();

/** The same actions are asked about again and again. */
function foldedAction(action: string): string {
  const known = foldedActions.get(action);
  if (known !== undefined) return known;
  const folded = foldAscii(action);
  if (foldedActions.size >= MOST_ACTIONS) foldedActions.clear();
  foldedActions.set(action, folded);
  return folded;
}

/** An empty list is no value: the key counts as absent. */
function presentValue(
  context: RequestContext,
  key: string,
): string | readonly string[] | undefined {
  const value = context.get(key);
  return value !== undefined && value.length === 0 && typeof value !== 'string' ? undefined : value;
}
