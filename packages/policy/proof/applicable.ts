import {
  type ApplicablePolicies,
  type CompiledPolicy,
  compilePolicy,
  type PolicyType,
  parsePolicy,
} from '../src/index.ts';
import type { ReferencePolicy } from './reference-evaluator.ts';

/**
 * A policy made ready for the engine; undefined when the parser refuses it. A resource control policy
 * is read as a resource policy: what a customer may write would show that gate too little.
 */
function compileReference({ type, name, document }: ReferencePolicy): CompiledPolicy | undefined {
  const result = parsePolicy(JSON.stringify(document), readAs(type));
  return result.ok ? compilePolicy(result.document, { type, name }) : undefined;
}

export function readAs(type: PolicyType): PolicyType {
  return type === 'resourceControl' ? 'resource' : type;
}

export interface PreparedPolicy {
  readonly policy: ReferencePolicy;
  readonly compiled: CompiledPolicy;
}

const known = new WeakMap<ReferencePolicy, PreparedPolicy | 'refused'>();

/** The policies that the parser takes, each compiled once. */
export function prepare(policies: readonly ReferencePolicy[]): readonly PreparedPolicy[] {
  return policies.flatMap((policy) => {
    const compiled = known.has(policy) ? undefined : compileReference(policy);
    const prepared =
      known.get(policy) ?? (compiled === undefined ? 'refused' : { policy, compiled });
    known.set(policy, prepared);
    return prepared === 'refused' ? [] : [prepared];
  });
}

/** Every policy in its place. */
export function applicable(prepared: readonly PreparedPolicy[]): ApplicablePolicies {
  const all = (type: PolicyType) => prepared.filter(({ policy }) => policy.type === type);
  const list = (type: PolicyType) => all(type).map(({ compiled }) => compiled);
  const some = (type: PolicyType) => (all(type).length === 0 ? undefined : list(type));
  const levels = Map.groupBy(all('serviceControl'), ({ policy }) => policy.level);
  return {
    identity: list('identity'),
    resource: list('resource')[0],
    trust: list('trust')[0],
    permissionsBoundary: list('permissionsBoundary')[0],
    session: some('session'),
    serviceControl: [...levels.values()].map((level) => level.map(({ compiled }) => compiled)),
    resourceControl: some('resourceControl'),
    vpcEndpoint: list('vpcEndpoint')[0],
  };
}
