import type { Caller, DecisionRequest, NamedPolicy } from './decision-engine.ts';
import { isAbout, type PlainStatement, statementsFor } from './plain-statement.ts';

/**
 * How a user of an engine with one set of policies and "deny overrides" composes AWS's kinds of
 * policy: one set for all that may grant (identity and resource policies of one account), one for
 * each kind that limits, and all of them have to say yes.
 */
export interface SetKinds<Set> {
  readonly grants: Set;
  readonly limits: readonly Set[];
}

/**
 * For each request the sets that are asked about it, made once for each caller, and once more with
 * each resource policy.
 */
export async function setsOfRequests<Set>(
  requests: readonly DecisionRequest[],
  make: (statements: readonly PlainStatement[], caller: Caller) => Promise<Set>,
): Promise<readonly SetKinds<Set>[]> {
  const limits = new Map<Caller, readonly Set[]>();
  const grants = new Map<Caller, Map<NamedPolicy | undefined, Set>>();
  const found: SetKinds<Set>[] = [];
  for (const { caller, resourcePolicy } of requests) {
    const limiting = limits.get(caller) ?? (await makeLimits(caller, make));
    limits.set(caller, limiting);
    const ofCaller = grants.get(caller) ?? new Map<NamedPolicy | undefined, Set>();
    grants.set(caller, ofCaller);
    const granting =
      ofCaller.get(resourcePolicy) ?? (await make(granted(caller, resourcePolicy), caller));
    ofCaller.set(resourcePolicy, granting);
    found.push({ grants: granting, limits: limiting });
  }
  return found;
}

function granted(caller: Caller, resourcePolicy: NamedPolicy | undefined): PlainStatement[] {
  const own = caller.identity.flatMap((policy) => statementsFor(caller, policy));
  if (resourcePolicy === undefined) return own;
  const resource = statementsFor(caller, resourcePolicy);
  return [...own, ...resource.filter((statement) => isAbout(statement, caller))];
}

async function makeLimits<Set>(
  caller: Caller,
  make: (statements: readonly PlainStatement[], caller: Caller) => Promise<Set>,
): Promise<readonly Set[]> {
  const made: Set[] = [];
  for (const policy of [caller.permissionsBoundary, caller.serviceControl]) {
    if (policy !== undefined) made.push(await make(statementsFor(caller, policy), caller));
  }
  return made;
}
