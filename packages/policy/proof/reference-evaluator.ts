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
  const denying = answers.filter((answer) => answer.denying.length > 0);
  if (denying.length > 0) {
    return { decision: 'explicitDeny', stoppedBy: denying.map(({ type }) => type) };
  }
  const letters = lettersOf(request, answers);
  if (isAllowed(letters)) return { decision: 'allowed', stoppedBy: [] };
  return { decision: 'implicitDeny', stoppedBy: stoppersOf(letters) };
}

type Letters = ReturnType<typeof lettersOf>;

function lettersOf(request: AuthorizationRequest, answers: readonly Answer[]) {
  const { principal, action, resource, resourceAccount, resourceMustAgree } = request;
  const of = (type: PolicyType) => answers.filter((answer) => answer.type === type);
  const given = (type: PolicyType) => of(type).length > 0;
  const allows = (type: PolicyType) => of(type).some(({ allowing }) => allowing.length > 0);
  const levels = Map.groupBy(of('serviceControl'), ({ level }) => level);
  // A role is assumed, and passed tags or an identity, by its trust policy, given or not.
  const passes = /^sts:(assumerole|(tagsession|setsourceidentity|setcontext)$)/i.exec(action);
  const asksRole = passes !== null && (passes[2] === undefined || resource.includes(':role/'));
  const isTrust = given('trust') || asksRole;
  const door: PolicyType = isTrust ? 'trust' : 'resource';
  const names = (naming: Naming) =>
    of(door).some(({ allows: namings }) => namings.includes(naming));
  return {
    kind: principal.kind,
    isSameAccount: 'accountId' in principal && principal.accountId === resourceAccount,
    isItself: principal.kind === 'assumedRole' && principal.roleArn === resource,
    isTrust,
    mustAgree: isTrust || resourceMustAgree === true,
    door,
    RCP: !given('resourceControl') || allows('resourceControl'),
    SCP: [...levels.values()].every((level) => level.some(({ allowing }) => allowing.length > 0)),
    VPC: !given('vpcEndpoint') || allows('vpcEndpoint'),
    D: names('D'),
    R: names('R'),
    X: names('X'),
    I: allows('identity'),
    PB: !given('permissionsBoundary') || allows('permissionsBoundary'),
    SP: given('session') ? allows('session') : principal.kind !== 'federatedUser',
  };
}

function isAllowed({ kind, isSameAccount, isItself, isTrust, ...letters }: Letters): boolean {
  const { mustAgree } = letters;
  const { RCP, SCP, VPC, D, R, X, I, PB, SP } = letters;
  const gates = RCP && SCP && VPC;
  if (kind === 'anonymous') return gates && D;
  if (kind === 'service') return RCP && D;
  if (isTrust && (kind === 'root' || (isItself && !D && !R))) return false;
  if (!isSameAccount) return gates && (D || R || X) && (I || kind === 'root') && PB && SP;
  if (kind === 'root') return gates && (!mustAgree || D || X);
  const ownI = I && (X || !mustAgree);
  if (isTrust) return gates && PB && (D || ((R || ownI) && SP));
  return gates && (D || ((R || ownI) && PB && SP));
}

/** Of a request that is not allowed: the types without whose Allow it cannot be. */
function stoppersOf({ kind, isSameAccount, isItself, isTrust, door, ...letters }: Letters) {
  const { mustAgree, RCP, SCP, VPC, D, R, X, I, PB, SP } = letters;
  const unless = (holds: boolean, ...types: PolicyType[]) => (holds ? [] : types);
  const gates = [
    ...unless(RCP, 'resourceControl'),
    ...unless(SCP, 'serviceControl'),
    ...unless(VPC || kind === 'service', 'vpcEndpoint'),
  ];
  const boundary = unless(PB, 'permissionsBoundary');
  if (kind === 'anonymous' || kind === 'service') return [...gates, ...unless(D, door)];
  if (isTrust && (kind === 'root' || (isItself && !D && !R))) return [...gates, door];
  if (!isSameAccount) {
    const both = [...unless(D || R || X, door), ...unless(I || kind === 'root', 'identity')];
    return [...gates, ...both, ...boundary, ...unless(SP, 'session')];
  }
  if (kind === 'root') return [...gates, ...unless(!mustAgree || D || X, door)];
  if (mustAgree && !D && !R && !X) return [...gates, door];
  if (D) return [...gates, ...(isTrust ? boundary : [])];
  // Either of the two could let it in; a limit stops it only when one does.
  if (!R && !I) return [...gates, 'identity' as const, door];
  return [...gates, ...boundary, ...unless(SP, 'session')];
}
