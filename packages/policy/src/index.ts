export type { CompiledPolicy, PolicySource } from './compile/compiled-policy.ts';
export type { Decision, DecisionType, MatchedStatement } from './decision.ts';
export type {
  ApplicablePolicies,
  AuthorizationRequest,
  RequestContext,
} from './evaluate/authorization-request.ts';
export type {
  Condition,
  PolicyDocument,
  PrincipalElement,
  PrincipalEntry,
  Statement,
  TextNode,
  ValueList,
} from './policy-document.ts';
export type { PolicyType } from './policy-type.ts';
export type { Principal } from './principal.ts';
export type { Position, Problem } from './problem.ts';
