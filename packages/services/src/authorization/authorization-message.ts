import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Decision, MatchedStatement, Principal } from '@carnet/policy';
import type { Sealing } from '@carnet/store';

/** What was asked, and is told to who may decode the message. */
export interface DeniedQuestion {
  readonly principal: Exclude<Principal, { kind: 'anonymous' } | { kind: 'service' }>;
  /** `AIDA…`, `AROA…:session`: `aws:userid`. */
  readonly principalId: string;
  /** `ec2:RunInstances` */
  readonly action: string;
  /** An ARN as the caller may read it, or `*`. */
  readonly resource: string;
  readonly resourceAccount: string;
  /** Condition keys of the request with their values. */
  readonly conditions: readonly (readonly [key: string, value: string | readonly string[]])[];
}

/** The longest message that DecodeAuthorizationMessage takes. */
const longestMessage = 10_240;

/** Characters of a resource that fit into it, whatever they are: each may be three bytes. */
const shownResource = 1_024;

/**
 * Why a call was denied, sealed for the caller's account: base64url text, as AWS's messages are. What
 * is too long for it loses first the statements, then the condition keys, then the end of the resource.
 */
export function encodeAuthorizationMessage(
  sealing: Sealing,
  accountId: string,
  question: DeniedQuestion,
  decision: Decision,
): string {
  const told = toldStatements(question, decision);
  const all = { statements: told, conditions: question.conditions };
  const shorter = [all, { ...all, statements: [] }, { statements: [], conditions: [] }];
  const seal = (asked: DeniedQuestion, statements: readonly MatchedStatement[]) => {
    const text = JSON.stringify(messageOf(asked, decision, statements));
    return sealing.seal('authorizationMessage', accountId, deflateRawSync(text));
  };
  for (const { statements, conditions } of shorter) {
    const sealed = seal({ ...question, conditions }, statements);
    if (sealed.length <= longestMessage) return sealed;
  }
  const resource = question.resource.slice(0, shownResource);
  return seal({ ...question, conditions: [], resource }, []);
}

/** The JSON of a message; undefined when it was altered, or is another account's. */
export function decodeAuthorizationMessage(
  sealing: Sealing,
  accountId: string,
  message: string,
): string | undefined {
  const opened = sealing.open('authorizationMessage', accountId, message);
  return opened && inflateRawSync(opened).toString();
}

/** A policy on another account's resource is that account's to read. */
function toldStatements(
  { principal, resourceAccount }: DeniedQuestion,
  { decision, matchedStatements }: Decision,
): readonly MatchedStatement[] {
  if (decision !== 'explicitDeny') return [];
  if (principal.accountId === resourceAccount) return matchedStatements;
  return matchedStatements.filter(({ policy }) => !ofResource.has(policy.source.type));
}

const ofResource: ReadonlySet<string> = new Set(['resource', 'trust', 'resourceControl']);

/** "DecodeAuthorizationMessage", AWS STS API reference, shows such a message. */
function messageOf(
  { principal, principalId, action, resource, conditions }: DeniedQuestion,
  { decision }: Decision,
  statements: readonly MatchedStatement[],
): object {
  return {
    allowed: false,
    explicitDeny: decision === 'explicitDeny',
    matchedStatements: items(statements.map(describeStatement)),
    failures: items([]),
    context: {
      principal: { id: principalId, arn: principal.arn },
      action,
      resource,
      conditions: items(
        conditions.map(([key, value]) => ({
          key,
          values: valuesOf(typeof value === 'string' ? [value] : value),
        })),
      ),
    },
  };
}

function describeStatement({ policy, statementIndex }: MatchedStatement): object {
  const statement = policy.document.statements[statementIndex];
  if (statement === undefined) throw new Error('a statement matched that is not there');
  const { sid, effect, principal, action, resource, conditions } = statement;
  const texts = (nodes: readonly { readonly text: string }[] = []) =>
    valuesOf(nodes.map(({ text }) => text));
  return {
    statementId: sid ?? '',
    effect: effect.toUpperCase(),
    principals: texts(principal?.entries.map(({ value }) => value)),
    principalGroups: items([]),
    [action.negated ? 'notActions' : 'actions']: texts(action.values),
    [resource?.negated ? 'notResources' : 'resources']: texts(resource?.values),
    conditions: items(
      conditions.map(({ operator, key, values }) => ({ operator, key, values: texts(values) })),
    ),
  };
}

function valuesOf(values: readonly string[]): object {
  return items(values.map((value) => ({ value })));
}

function items(of: readonly object[]): { readonly items: readonly object[] } {
  return { items: of };
}
