/**
 * A function's policy, statement by statement. Each is made of the members of AddPermission, and is
 * stored as JSON with users and roles by their unique ids.
 */
import type { AddPermissionRequest } from '@aws-sdk/client-lambda';
import { type PolicyDocument, parsePolicy } from '@carnet/policy';
import type { Database } from '@carnet/store';
import { principalsToArns, principalsToIds } from '../authorization/principal-id.ts';
import { invalidParameter } from './error.ts';

/** `*`, an account as its root user, an ARN as it is, or a service. */
function principalOf(text: string): unknown {
  if (text === '*') return '*';
  if (/^\d{12}$/.test(text)) return { AWS: `arn:aws:iam::${text}:root` };
  if (text.startsWith('arn:')) return { AWS: text };
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws|amazon)\.com$/.test(text)) {
    return { Service: text };
  }
  throw invalidPrincipal();
}

/** The statement as AWS builds it, users and roles by their ARNs. */
export function statementOf(input: AddPermissionRequest, resource: string): object {
  const equals = {
    'AWS:SourceAccount': input.SourceAccount,
    'aws:PrincipalOrgID': input.PrincipalOrgID,
    'lambda:EventSourceToken': input.EventSourceToken,
    'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType,
  };
  const { SourceArn: sourceArn, InvokedViaFunctionUrl: viaUrl } = input;
  const condition = {
    ...(Object.values(equals).some((value) => value !== undefined) && { StringEquals: equals }),
    ...(viaUrl !== undefined && { Bool: { 'lambda:InvokedViaFunctionUrl': String(viaUrl) } }),
    ...(sourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': sourceArn } }),
  };
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principalOf(input.Principal ?? ''),
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

/** The same with unique ids, as JSON. Error: `InvalidParameterValueException`. */
export async function storedStatement(database: Database, statement: object): Promise<string> {
  const parsed = parsePolicy(policyText([JSON.stringify(statement)]), 'resource');
  if (!parsed.ok) {
    const [problem] = parsed.problems;
    throw problem?.code.includes('principal')
      ? invalidPrincipal()
      : invalidParameter(`The statement is no policy statement: ${problem?.message}`);
  }
  const stored = await principalsToIds(database, parsed.document);
  if (!stored.ok) throw invalidPrincipal();
  return JSON.stringify(JSON.parse(stored.text).Statement[0]);
}

/** The document of stored statements. */
export function policyText(statements: readonly string[]): string {
  return `{"Version":"2012-10-17","Id":"default","Statement":[${statements.join(',')}]}`;
}

/** The document as it is shown. */
export async function shownPolicy(
  database: Database,
  statements: readonly string[],
): Promise<string> {
  return await principalsToArns(database, parseStored(policyText(statements)));
}

function parseStored(text: string): PolicyDocument {
  const parsed = parsePolicy(text, 'resource');
  if (!parsed.ok) throw new Error('a stored policy of a function cannot be read');
  return parsed.document;
}

/** For `lambda:Principal` and `lambda:FunctionUrlAuthType`: what a stored statement is about. */
export async function statementKeys(
  database: Database,
  statement: string,
): Promise<ReadonlyMap<string, string>> {
  const shown = JSON.parse(await shownPolicy(database, [statement]));
  const { Principal: principal, Condition: condition } = shown.Statement[0];
  const named = principal === '*' ? '*' : String(Object.values(principal)[0]);
  // As it is given to AddPermission, for the most part.
  const account = /^arn:aws:iam::(\d{12}):root$/.exec(named)?.[1];
  const keys = new Map([['lambda:principal', account ?? named]]);
  const urlAuthType: unknown = condition?.StringEquals?.['lambda:FunctionUrlAuthType'];
  if (typeof urlAuthType === 'string') keys.set('lambda:functionurlauthtype', urlAuthType);
  return keys;
}

function invalidPrincipal(): Error {
  return invalidParameter(
    'The provided principal was invalid. Please check the principal and try again.',
  );
}
