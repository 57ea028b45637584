/**
 * @carnet/policy: AWS's policy language and its decision. Pure: no I/O, no clock, no dependency.
 *
 *   parse/      text to a `PolicyDocument`: frozen nodes with their places, or problems
 *   match/      patterns, ARNs, variables, principals: does this text fit that one
 *   condition/  the condition operators, one file for each family
 *   compile/    a document to patterns and closures, its statements indexed by action
 *   validate/   what Access Analyzer's ValidatePolicy reports, as findings
 *   evaluate/   the decision: begin with `authorize.ts`, which is the whole rule on one screen
 *   explain/    the same decision with all its reasons: the same rule over every statement
 *   case/       questions to the engine, and their answers, as files
 *
 * Documents are parsed and compiled once, when they are written; `authorize` is asked per request.
 */
export { checkExpectation, type Difference } from './case/check-expectation.ts';
export type {
  CaseDocument,
  CaseProblem,
  CasesResult,
  DecisionCase,
  Expectation,
  LoadDocument,
} from './case/decision-case.ts';
export { principalKeys } from './case/principal-keys.ts';
export { positionWithin } from './case/read-case-policies.ts';
export { readCases } from './case/read-cases.ts';
export { compilePolicy } from './compile/compile-policy.ts';
export type { CompiledPolicy, PolicySource } from './compile/compiled-policy.ts';
export { parseDate } from './condition/date.ts';
export { type IpBlock, parseIpBlock } from './condition/ip-address.ts';
export type { Decision, DecisionType, MatchedStatement } from './decision.ts';
export type {
  ApplicablePolicies,
  AuthorizationRequest,
  RequestContext,
} from './evaluate/authorization-request.ts';
export { authorize } from './evaluate/authorize.ts';
export { denialMessage } from './evaluate/denial-message.ts';
export { contextKeys } from './explain/context-keys.ts';
export { type ExplainOptions, explain } from './explain/explain.ts';
export type {
  DecisionBounds,
  ElementExplanation,
  ElementName,
  Explanation,
  GateExplanation,
  SingleChange,
  StatementExplanation,
  Truth,
} from './explain/explanation.ts';
export { type Arn, parseArn } from './match/arn.ts';
export { compileMatcher, type Matcher } from './match/compiled-pattern.ts';
export { foldAscii } from './match/fold-ascii.ts';
export { ANY_ONE, ANY_RUN, matchesPattern, type Pattern } from './match/glob.ts';
export {
  type ParseOptions,
  type ParseResult,
  parsePolicy,
  policySize,
} from './parse/parse-policy.ts';
export type {
  Condition,
  PolicyDocument,
  PrincipalElement,
  PrincipalEntry,
  Statement,
  TextNode,
  ValueList,
} from './policy-document.ts';
export { POLICY_TYPES, type PolicyType } from './policy-type.ts';
export type { Principal } from './principal.ts';
export type { Position, Problem } from './problem.ts';
export type {
  Catalogue,
  CatalogueAction,
  CatalogueConditionKey,
  CatalogueResourceType,
  CatalogueService,
  ConditionKeyType,
} from './validate/catalogue.ts';
export type {
  Finding,
  FindingType,
  PolicyQuotas,
  PolicyResourceType,
  ValidationOptions,
} from './validate/finding.ts';
export { validatePolicy } from './validate/validate-policy.ts';
