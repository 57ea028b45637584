import type { ValueSource } from '../condition/comparison.ts';
import { type AskedAction, askedAction } from '../match/asked-action.ts';
import type { PolicyVariable } from '../match/policy-variable.ts';
import type { PrincipalQuestion } from '../match/principal.ts';
import type { Principal } from '../principal.ts';
import type {
  ApplicablePolicies,
  AuthorizationRequest,
  RequestContext,
} from './authorization-request.ts';

/** A request as the statements are asked about it. */
export class Question implements PrincipalQuestion, ValueSource {
  readonly principal: Principal;
  readonly hasBoundary: boolean;
  readonly action: AskedAction;
  readonly resource: string;
  readonly #context: RequestContext;
  #missing: Set<string> | undefined;

  constructor(request: AuthorizationRequest, policies: ApplicablePolicies) {
    this.principal = request.principal;
    this.hasBoundary = policies.permissionsBoundary !== undefined;
    this.action = askedAction(request.action);
    this.resource = request.resource;
    this.#context = request.context;
  }

  /** Keys (as written) that were asked for and are absent. Grows while statements are asked. */
  get missing(): readonly string[] {
    return this.#missing === undefined ? NONE : [...this.#missing];
  }

  lookUp(key: string, name: string): string | readonly string[] | undefined {
    const value = this.#context.get(key);
    // An empty list is no value: the key counts as absent.
    if (typeof value === 'string' || (value !== undefined && value.length > 0)) return value;
    this.#missing ??= new Set();
    this.#missing.add(name);
    return undefined;
  }

  resolve(variable: PolicyVariable): string | undefined {
    const value = this.lookUp(variable.key, variable.name);
    // Variables are for single-valued keys; a list of one is its value, and an empty text is none.
    const single = typeof value === 'object' && value.length === 1 ? value[0] : value;
    return typeof single === 'string' && single !== '' ? single : variable.default;
  }
}

const NONE: readonly string[] = Object.freeze([]);
