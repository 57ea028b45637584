import type { Caller, NamedPolicy } from './decision-engine.ts';

/** The statements that the adapters of engines with another language translate. */
export interface PlainStatement {
  readonly effect: 'Allow' | 'Deny';
  /** ARNs of callers; undefined for everybody and where the policy names none. */
  readonly principals: readonly string[] | undefined;
  /** The only wildcard is `*`. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly PlainCondition[];
}

export interface PlainCondition {
  readonly operator: PlainOperator;
  readonly key: string;
  readonly values: readonly string[];
}

const operators = [
  'Bool',
  'IpAddress',
  'NotIpAddress',
  'StringEquals',
  'StringLike',
  'StringNotEquals',
] as const;
export type PlainOperator = (typeof operators)[number];

/**
 * The statements of a document, variables as written. Throws for a statement of any other form: an
 * engine must not decide less than was written.
 */
export function plainStatements(policy: NamedPolicy): readonly PlainStatement[] {
  const { Statement } = JSON.parse(policy.text) as { Statement: Record<string, unknown>[] };
  return Statement.map(plainStatement);
}

/** The same with what the variables stand for in the caller's session put in, once and for all. */
export function statementsFor(caller: Caller, policy: NamedPolicy): readonly PlainStatement[] {
  const put = (text: string) =>
    text.replaceAll(/\$\{([^}]+)\}/g, (_, key: string) => {
      const value = caller.variables?.get(key);
      if (value === undefined) throw new Error(`a variable without a value: ${key}`);
      return value;
    });
  return plainStatements(policy).map((statement) => ({
    ...statement,
    resources: statement.resources.map(put),
    conditions: statement.conditions.map((condition) => ({
      ...condition,
      values: condition.values.map(put),
    })),
  }));
}

/** Whether a statement of a resource's policy is about the caller, by its ARN or its role's. */
export function isAbout(statement: PlainStatement, { principal }: Caller): boolean {
  const { principals } = statement;
  if (principals === undefined || principals.includes(principal.arn)) return true;
  return principal.kind === 'assumedRole' && principals.includes(principal.roleArn);
}

function plainStatement(statement: Record<string, unknown>): PlainStatement {
  const { Sid: _, Effect, Principal, Action, Resource, Condition, ...rest } = statement;
  const actions = texts(Action);
  const resources = texts(Resource);
  const conditions = Object.entries((Condition ?? {}) as Record<string, object>).flatMap(
    ([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({
        operator: plainOperator(operator),
        key,
        values: texts(values),
      })),
  );
  const isPlain =
    (Effect === 'Allow' || Effect === 'Deny') &&
    Object.keys(rest).length === 0 &&
    ![...actions, ...resources].some((text) => text.includes('?'));
  if (!isPlain) throw new Error('a statement that the adapters do not translate');
  return { effect: Effect, principals: principalsOf(Principal), actions, resources, conditions };
}

function plainOperator(text: string): PlainOperator {
  const operator = operators.find((known) => known === text);
  if (operator === undefined) throw new Error(`an operator that is not translated: ${text}`);
  return operator;
}

function principalsOf(element: unknown): readonly string[] | undefined {
  if (element === undefined || element === '*') return undefined;
  return texts((element as { AWS: unknown }).AWS);
}

function texts(values: unknown): string[] {
  return [values].flat().map(String);
}
