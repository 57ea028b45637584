import type { Caller } from '../authentication/caller.ts';
import { callerAccountId } from '../iam/entity.ts';
import type { Settings } from '../settings.ts';
import { constraintBroken, invalidParameter, resourceNotFound } from './error.ts';

/** The members that name a function in Lambda's inputs. */
export interface FunctionInput {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** Which function a call is about. */
export interface FunctionTarget {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  /** Undefined: the function itself. */
  readonly qualifier: string | undefined;
  /** With the qualifier, which a policy has to name too. */
  readonly arn: string;
}

/** Where a name that says neither is looked for. */
interface Place {
  readonly caller: Caller;
  readonly settings: Pick<Settings, 'region'>;
}

/** As the model's pattern of function names has it. */
const regionForm = /^[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-\d$/;

/** The only version that a function has. */
export const latestVersion = '$LATEST';
const longestName = 64;

/**
 * A name, a partial ARN (`123456789012:function:thumbnail`) or an ARN, each with a version behind it
 * or not; the model's pattern has been checked. Throws when the two versions that a call may name
 * differ.
 */
export function functionTarget(place: Place, input: FunctionInput): FunctionTarget {
  const parts = (input.FunctionName ?? '').split(':');
  if (parts[0] === 'arn') parts.splice(0, 3);
  const region = regionForm.test(parts[0] ?? '') && parts.length > 1 ? parts.shift() : undefined;
  const accountId = /^\d{12}$/.test(parts[0] ?? '') && parts.length > 1 ? parts.shift() : undefined;
  if (parts[0] === 'function' && parts.length > 1) parts.shift();
  const [name = '', derived] = parts;
  const { Qualifier: given } = input;
  if (given !== undefined && derived !== undefined && given !== derived) {
    throw invalidParameter(
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return target(
    accountId ?? callerAccountId(place.caller),
    region ?? place.settings.region,
    name,
    given ?? derived,
  );
}

/** A function by its own account and name. */
export function functionArn(region: string, accountId: string, name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

function target(
  accountId: string,
  region: string,
  name: string,
  qualifier: string | undefined,
): FunctionTarget {
  const arn = functionArn(region, accountId, name);
  return {
    accountId,
    region,
    name,
    qualifier,
    arn: qualifier === undefined ? arn : `${arn}:${qualifier}`,
  };
}

/** A function that is made, or tagged, is named as itself and here. */
export function refuseElsewhere(
  { settings }: Place,
  { region }: Pick<FunctionTarget, 'region'>,
): void {
  if (region === settings.region) return;
  throw resourceNotFound(
    `Functions from '${region}' are not reachable in this region ('${settings.region}')`,
  );
}

/** What the model does not say of the name of a new function, which is no version of one. */
export function checkNewName({ name, qualifier, arn }: FunctionTarget): void {
  if (qualifier !== undefined && qualifier !== latestVersion) {
    throw invalidParameter(`A new function has no version: ${arn}`);
  }
  // The model's pattern lets points through, which the URL of no function can have.
  if (!/^[a-zA-Z0-9-_]+$/.test(name)) {
    throw constraintBroken(
      name,
      'functionName',
      'satisfy regular expression pattern: [a-zA-Z0-9-_]+',
    );
  }
  if (name.length > longestName) {
    throw constraintBroken(
      name,
      'functionName',
      `have length less than or equal to ${longestName}`,
    );
  }
}
