import type { AuthorizationRequest, PolicyType } from '../src/index.ts';
import type { JsonObject, Naming, Observer } from './reference-language.ts';
import { listOf, matchStatement } from './reference-language.ts';

/**
 * The judge of the engine: the rules of AWS's documentation written down once more, as plainly as
 * they can be said, with nothing of the engine but the types of its question. It reads documents as
 * plain JSON, compiles nothing, has no index and no cache. This file is how a request is decided,
 * `reference-language.ts` when a statement matches, `reference-value.ts` how values compare.
 */

/** A policy as a file of cases/ holds it. */
export interface ReferencePolicy {
  readonly type: PolicyType;
  readonly name: string;
  /** SCPs of one name here stand at one level of the organization. */
  readonly level?: string;
  readonly document: JsonObject;
}

export interface Verdict {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /** Every type that may be named as the one that stopped it: one where the rules determine it. */
  readonly stoppedBy: readonly PolicyType[];
}

export interface ReferenceDecision extends Verdict {
  /** `policy-name[index]`: the denying statements on an explicit deny, else the allowing ones. */
  readonly matchedStatements: readonly string[];
}

/** What one policy says: the statements that match, and how the allowing ones name the caller. */
export interface Answer {
  readonly type: PolicyType;
  readonly level: string | undefined;
  readonly denying: readonly string[];
  readonly allowing: readonly string[];
  readonly allows: readonly Naming[];
}

export function evaluate(
  request: AuthorizationRequest,
  policies: readonly ReferencePolicy[],
  observe?: Observer,
): ReferenceDecision {
  const applying = policies.filter(({ type }) => applies(type, request));
  const hasBoundary = applying.some(({ type }) => type === 'permissionsBoundary');
  const answers = applying.map((policy) => ask(policy, request, hasBoundary, observe));
  const verdict = decide(request, answers);
  const isDenied = verdict.decision === 'explicitDeny';
  const matched = answers.flatMap(({ denying, allowing }) => (isDenied ? denying : allowing));
  return { ...verdict, matchedStatements: matched };
}

export function ask(
  { type, level, name, document }: ReferencePolicy,
  request: AuthorizationRequest,
  hasBoundary: boolean,
  observe: Observer = () => {},
): Answer {
  const matches = listOf(document.Statement).flatMap((json, index) => {
    const statement = json as JsonObject;
    const namings = matchStatement(statement, document.Version, request, hasBoundary, observe);
    if (namings === undefined) return [];
    return [{ effect: statement.Effect, namings, name: `${name}[${index}]` }];
  });
  const denying = matches.filter(({ effect }) => effect === 'Deny').map((one) => one.name);
  const allows = matches.filter(({ effect }) => effect === 'Allow');
  return {
    type,
    level,
    denying,
    allowing: allows.map((one) => one.name),
    allows: allows.flatMap(({ namings }) => namings),
  };
}

/** Anonymous callers and services have no account: no identity policies, and SCPs exempt them. */
export function applies(type: PolicyType, { principal }: AuthorizationRequest): boolean {
  const hasAccount = principal.kind !== 'anonymous' && principal.kind !== 'service';
  return hasAccount || (type !== 'identity' && type !== 'serviceControl');
}

/** The layer that brings the types together, with the letters of the specification. */
export function decide(request: AuthorizationRequest, answers: readonly Answer[]): Verdict {
  const { principal, resourceAccount, resource } = request;
  const of = (type: PolicyType) => answers.filter((answer) => answer.type === type);
  const allows = (type: PolicyType) => of(type).some((answer) => answer.allows.length > 0);
  const given = (type: PolicyType) => of(type).length > 0;

  const denying = answers.filter((answer) => answer.denying.length > 0);
  if (denying.length > 0) {
    return { decision: 'explicitDeny', stoppedBy: denying.map(({ type }) => type) };
  }

  const levels = new Set(of('serviceControl').map(({ level }) => level));
  const allowsAt = (level: string | undefined) =>
    of('serviceControl').some((answer) => answer.level === level && answer.allows.length > 0);
  const RCP = !given('resourceControl') || allows('resourceControl');
  const SCP = [...levels].every(allowsAt);
  const VPC = !given('vpcEndpoint') || allows('vpcEndpoint');

  const isAssumed = given('trust') || asksToAssume(request);
  const door = isAssumed ? 'trust' : 'resource';
  const names = (naming: Naming) => of(door).some((answer) => answer.allows.includes(naming));
  const D = names('D');
  const R = names('R');
  const X = names('X');
  const I = allows('identity');
  const PB = !given('permissionsBoundary') || allows('permissionsBoundary');
  const SP = given('session') ? allows('session') : principal.kind !== 'federatedUser';

  const rcp = unless(RCP, 'resourceControl');
  const gates = [...rcp, ...unless(SCP, 'serviceControl'), ...unless(VPC, 'vpcEndpoint')];
  const limits = [...unless(PB, 'permissionsBoundary'), ...unless(SP, 'session')];

  if (principal.kind === 'anonymous') return verdict([...gates, ...unless(D, door)]);
  if (principal.kind === 'service') return verdict([...rcp, ...unless(D, door)]);

  const isRoot = principal.kind === 'root';
  const isItself = principal.kind === 'assumedRole' && principal.roleArn === resource;
  if (isAssumed && isRoot) return verdict([...gates, 'trust']);
  if (isAssumed && isItself && !D && !R) return verdict([...gates, 'trust']);

  if (principal.accountId === resourceAccount) {
    if (isRoot) return verdict(gates);
    if (isAssumed) {
      // The trust policy has to agree, and a direct grant still needs the boundary.
      if (!D && !R && !X) return verdict([...gates, 'trust']);
      if (D) return verdict([...gates, ...unless(PB, 'permissionsBoundary')]);
      return verdict(R || I ? [...gates, ...limits] : [...gates, 'identity', 'trust']);
    }
    if (D) return verdict(gates);
    return verdict(R || I ? [...gates, ...limits] : [...gates, 'identity', 'resource']);
  }
  const theirs = unless(D || R || X, door);
  return verdict([...gates, ...theirs, ...unless(I || isRoot, 'identity'), ...limits]);
}

function unless(holds: boolean, type: PolicyType): readonly PolicyType[] {
  return holds ? [] : [type];
}

function verdict(stoppedBy: readonly PolicyType[]): Verdict {
  return { decision: stoppedBy.length === 0 ? 'allowed' : 'implicitDeny', stoppedBy };
}

/** What is asked of a role's trust policy, given or not: nobody assumes a role that has none. */
function asksToAssume({ action, resource }: AuthorizationRequest): boolean {
  const passes = ['sts:tagsession', 'sts:setsourceidentity', 'sts:setcontext'];
  const name = action.toLowerCase();
  return name.startsWith('sts:assumerole') || (passes.includes(name) && /:role\//.test(resource));
}
