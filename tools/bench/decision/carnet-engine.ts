import assert from 'node:assert/strict';
import {
  type ApplicablePolicies,
  authorize,
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  type PolicySource,
  type PolicyType,
  parsePolicy,
  type RequestContext,
} from '@carnet/policy';
import type { Caller, DecisionEngine, DecisionRequest, NamedPolicy } from './decision-engine.ts';

/** As the gate of the services asks: documents compiled once, a question made for each request. */
export const carnetEngine: DecisionEngine = {
  name: 'Carnet',
  async prepare({ requests }) {
    const compiled = new Map<NamedPolicy, CompiledPolicy>();
    const compile = (policy: NamedPolicy, type: PolicyType): CompiledPolicy => {
      const known = compiled.get(policy) ?? compileNamed(policy, type);
      compiled.set(policy, known);
      return known;
    };
    const sides = new Map<Caller, ApplicablePolicies>();
    const contexts = new Map<DecisionRequest['context'], RequestContext>();
    const calls = requests.map((request) => {
      const { caller, resourcePolicy } = request;
      const side = sides.get(caller) ?? callerSide(caller, compile);
      sides.set(caller, side);
      const policies: ApplicablePolicies =
        resourcePolicy === undefined
          ? side
          : { ...side, resource: compile(resourcePolicy, 'resource') };
      const context = contexts.get(request.context) ?? foldedContext(request.context);
      contexts.set(request.context, context);
      return { caller, action: request.action, resource: request.resource, context, policies };
    });
    const decide = (index: number): Decision => {
      const call = calls[index];
      assert.ok(call !== undefined);
      const { principal } = call.caller;
      const question = {
        principal,
        action: call.action,
        resource: call.resource,
        resourceAccount: principal.accountId,
        context: call.context,
      };
      return authorize(question, call.policies);
    };
    for (const [index, request] of requests.entries()) checkReason(request, decide(index));
    return (index) => decide(index).decision === 'allowed';
  },
};

function foldedContext(context: DecisionRequest['context']): RequestContext {
  return new Map([...context].map(([key, value]) => [key.toLowerCase(), value]));
}

export function compileNamed(
  { name, text }: NamedPolicy,
  type: PolicyType,
  source: PolicySource = { type, name },
): CompiledPolicy {
  const parsed = parsePolicy(text, type);
  if (!parsed.ok) throw new Error(`${name} does not parse: ${JSON.stringify(parsed.problems)}`);
  return compilePolicy(parsed.document, source);
}

function callerSide(
  caller: Caller,
  compile: (policy: NamedPolicy, type: PolicyType) => CompiledPolicy,
): ApplicablePolicies {
  const { identity, permissionsBoundary: boundary, serviceControl } = caller;
  return {
    identity: identity.map((policy) => compile(policy, 'identity')),
    ...(boundary && { permissionsBoundary: compile(boundary, 'permissionsBoundary') }),
    ...(serviceControl && { serviceControl: [[compile(serviceControl, 'serviceControl')]] }),
  };
}

/** The others only have to decide rightly; Carnet has to say by which statement as well. */
function checkReason({ action, resource, expected }: DecisionRequest, decision: Decision): void {
  const about = `${action} ${resource}: ${JSON.stringify(expected)}`;
  assert.equal(decision.stoppedBy, expected.stoppedBy, about);
  if (expected.statement === undefined) return;
  const deciding = decision.matchedStatements.map(({ policy, statementIndex }) => {
    const sid = policy.document.statements[statementIndex]?.sid;
    return `${policy.source.name}/${sid}`;
  });
  assert.ok(deciding.includes(expected.statement), `${about}, but ${deciding}`);
}
