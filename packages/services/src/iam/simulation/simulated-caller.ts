import { type Principal, parseArn } from '@carnet/policy';
import { invalidInput } from '../error.ts';
import type { ContextValues } from './context-entry.ts';

/** Who makes the simulated calls, and the condition keys that follow from that. */
export interface SimulatedCaller {
  readonly principal: Exclude<Principal, { kind: 'anonymous' | 'service' }>;
  readonly keys: ContextValues;
}

const callerArnPattern =
  /^arn:aws:iam::(?<accountId>\d{12}):(?<kind>user|group|role)\/(?:[\x21-\x7e]+\/)?(?<name>[\w+=,.@-]+)$/;

/** What no policy names: a simulation has no unique id, and no session. */
const UNKNOWN = 'unknown';

/** The caller of an ARN; throws what AWS answers to one that is no user's, group's or role's. */
export function callerOf(arn: string): SimulatedCaller {
  const { accountId, kind, name = '' } = callerArnPattern.exec(arn)?.groups ?? {};
  if (accountId === undefined) {
    throw invalidInput(
      'Invalid caller - Caller must be an IAM user, role or group in this context.',
    );
  }
  const keys = new Map([
    ['aws:principalarn', arn],
    ['aws:principalaccount', accountId],
    ['aws:userid', arn],
  ]);
  if (kind === 'user') keys.set('aws:username', name);
  if (kind !== 'role') {
    return { principal: { kind: 'user', accountId, arn, uniqueId: UNKNOWN }, keys };
  }
  const session = `arn:aws:sts::${accountId}:assumed-role/${name}/${UNKNOWN}`;
  return {
    principal: { kind: 'assumedRole', accountId, arn: session, roleArn: arn, uniqueId: UNKNOWN },
    keys,
  };
}

/** Nobody in particular of the account that asks, as the simulator fills it in. */
export function unnamedCaller(accountId: string): SimulatedCaller {
  const userId = 'STUB_PRINCIPAL_FOR_POLICY_SIMULATOR';
  return {
    principal: {
      kind: 'user',
      accountId,
      arn: `arn:aws:iam::${accountId}:user/${userId}`,
      uniqueId: UNKNOWN,
    },
    keys: new Map([
      ['aws:principalaccount', accountId],
      ['aws:userid', userId],
    ]),
  };
}

/** The account of `ResourceOwner`, which is the ARN of anything that IAM knows of it. */
export function accountOfOwner(owner: string): string {
  const arn = parseArn(owner);
  const isOwner = arn?.service === 'iam' && arn.region === '' && /^\d{12}$/.test(arn.accountId);
  if (!isOwner) throw invalidInput(`'${owner}' is not a valid as a Resource Owner.`);
  return arn.accountId;
}
