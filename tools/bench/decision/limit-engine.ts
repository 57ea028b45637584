import assert from 'node:assert/strict';
import type { Caller, DecisionEngine, DecisionRequest, NamedPolicy } from './decision-engine.ts';
import { type Holds, limitCondition, limitPattern, type SlotOf } from './limit-matcher.ts';
import { isAbout, type PlainStatement, plainStatements } from './plain-statement.ts';

/**
 * The limit in V8, written by hand for these workloads and no others: for each caller one index of
 * actions over all policies, behind it the literal prefix of the ARN and matchers made before; it
 * stops at the first answer, gives no reason, and knows of the language what the workloads write.
 * One account, callers with sessions behind roles, no direct grants. Behind an action stand a few
 * prefixes at most; they are compared one after the other.
 */
export const limitEngine: DecisionEngine = {
  name: 'limit by hand',
  async prepare({ requests }) {
    const slots = new Map<string, number>();
    const slotOf: SlotOf = (key) => {
      const slot = slots.get(key) ?? slots.size;
      slots.set(key, slot);
      return slot;
    };
    const plans = new Map<Caller, (action: string) => Plan>();
    const resourcePlans = new Map<NamedPolicy, (action: string) => Plan>();
    const prepared = requests.map(({ caller, resourcePolicy }) => {
      const planOf = plans.get(caller) ?? callerPlans(caller, slotOf);
      plans.set(caller, planOf);
      if (resourcePolicy === undefined) return { planOf, resourcePlanOf: undefined };
      const resourcePlanOf =
        resourcePlans.get(resourcePolicy) ?? resourcePlan(resourcePolicy, caller, slotOf);
      resourcePlans.set(resourcePolicy, resourcePlanOf);
      return { planOf, resourcePlanOf };
    });
    const valuesOf = new Map<DecisionRequest['context'], Values>();
    const calls = requests.map(({ action, resource, context }, index) => {
      const plan = prepared[index];
      assert.ok(plan !== undefined);
      const values = valuesOf.get(context) ?? [...slots.keys()].map((key) => context.get(key));
      valuesOf.set(context, values);
      return { ...plan, action, resource, values };
    });
    return (index) => {
      const call = calls[index];
      if (call === undefined) throw new Error('no such request');
      const { resource, values } = call;
      const own = call.planOf(call.action);
      if (some(own.denies, resource, values)) return false;
      const beside = call.resourcePlanOf?.(call.action);
      if (beside !== undefined && some(beside.denies, resource, values)) return false;
      for (const limit of own.limits) if (!some(limit, resource, values)) return false;
      if (some(own.grants, resource, values)) return true;
      return beside !== undefined && some(beside.grants, resource, values);
    };
  },
};

/** What is asked about one action. */
interface Plan {
  readonly denies: readonly Matcher[];
  /** Each list of them has to allow. */
  readonly limits: readonly (readonly Matcher[])[];
  readonly grants: readonly Matcher[];
}

interface Matcher {
  readonly covers: (action: string) => boolean;
  readonly effect: 'Allow' | 'Deny';
  readonly patterns: readonly Holds[];
  readonly conditions: readonly Holds[];
}

type Values = readonly (string | undefined)[];

function some(matchers: readonly Matcher[], resource: string, values: Values): boolean {
  for (const { patterns, conditions } of matchers) {
    if (fits(patterns, resource, values) && holds(conditions, resource, values)) return true;
  }
  return false;
}

function fits(patterns: readonly Holds[], resource: string, values: Values): boolean {
  for (const pattern of patterns) if (pattern(resource, values)) return true;
  return false;
}

function holds(conditions: readonly Holds[], resource: string, values: Values): boolean {
  for (const condition of conditions) if (!condition(resource, values)) return false;
  return true;
}

function callerPlans(caller: Caller, slotOf: SlotOf): (action: string) => Plan {
  const read = (policy: NamedPolicy) => plainStatements(policy).map((one) => matcher(one, slotOf));
  const grants = caller.identity.flatMap(read);
  const limits = [caller.permissionsBoundary, caller.serviceControl].flatMap((policy) =>
    policy === undefined ? [] : [read(policy)],
  );
  return byAction(grants, limits);
}

function resourcePlan(policy: NamedPolicy, caller: Caller, slotOf: SlotOf) {
  const statements = plainStatements(policy).filter((statement) => isAbout(statement, caller));
  return byAction(
    statements.map((statement) => matcher(statement, slotOf)),
    [],
  );
}

/** A plan is made when its action is asked for the first time. */
function byAction(grants: readonly Matcher[], limits: readonly (readonly Matcher[])[]) {
  const plans = new Map<string, Plan>();
  return (action: string): Plan => {
    const known = plans.get(action);
    if (known !== undefined) return known;
    const of = (effect: string) => (one: Matcher) => one.effect === effect && one.covers(action);
    const plan: Plan = {
      denies: [grants, ...limits].flat().filter(of('Deny')),
      limits: limits.map((limit) => limit.filter(of('Allow'))),
      grants: grants.filter(of('Allow')),
    };
    plans.set(action, plan);
    return plan;
  };
}

function matcher(statement: PlainStatement, slotOf: SlotOf): Matcher {
  const actions = statement.actions.map((action) => limitPattern(action, slotOf));
  return {
    covers: (action) => fits(actions, action, []),
    effect: statement.effect,
    patterns: statement.resources.map((resource) => limitPattern(resource, slotOf)),
    conditions: statement.conditions.map((condition) => limitCondition(condition, slotOf)),
  };
}
