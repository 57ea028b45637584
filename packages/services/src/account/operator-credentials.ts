import type { Store } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { Audit } from '../audit.ts';
import type { AuthorizationState, RoleState } from '../authorization/authorization-state.ts';
import type { Operator, TemporaryCredentials } from '../services.ts';
import { assumeRoleAsService } from '../sts/assume-role-as-service.ts';
import { issueRootSession, taskPolicyArn } from '../sts/root-session.ts';
import { administratorRoleName, listAccounts, operatorService } from './account.ts';
import { operatorEvent } from './operator-event.ts';

/** What the operator's credentials are made with. */
export interface CredentialParts {
  readonly store: Store;
  readonly state: AuthorizationState;
  readonly audit: Audit;
  /** The deployment's. */
  readonly region: string;
  readonly clock: () => number;
  /** AssumeRole of STS, as a call of whoever has these credentials. */
  readonly assumeRole: (
    credentials: TemporaryCredentials,
    input: OperatorAssumption,
  ) => Promise<TemporaryCredentials>;
}

/** What the operator asks of AssumeRole. */
export interface OperatorAssumption {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  /** Seconds. */
  readonly DurationSeconds: number;
}

/** `carnet env` hands out credentials for twelve hours: a working day. */
const sessionSeconds = 43_200;

/** Of a role that the Administrator's session assumes: the longest of a chain of roles. */
const chainedSeconds = 3600;

/** What `Operator.credentials` says. Throws `NoSuchEntity`, `AccessDenied` and `ValidationError`. */
export async function operatorCredentials(
  parts: CredentialParts,
  choice: Parameters<Operator['credentials']>[0],
): Promise<TemporaryCredentials> {
  parts.store.assertAvailable();
  const accountId = await chosenAccountId(parts.store, choice.accountId);
  const administrator = await findRole(parts, accountId, administratorRoleName);
  const { rootTask, roleName = administratorRoleName, sessionName = 'operator' } = choice;
  if (rootTask !== undefined) return await rootCredentials(parts, accountId, rootTask);
  const role = await findRole(parts, accountId, roleName);
  const made = await administratorCredentials(parts, administrator, sessionName);
  if (role.roleId === administrator.roleId) return made;
  return await parts.assumeRole(made, {
    RoleArn: role.arn,
    RoleSessionName: sessionName,
    DurationSeconds: Math.min(chainedSeconds, role.maxSessionDuration),
  });
}

async function administratorCredentials(
  parts: CredentialParts,
  role: RoleState,
  sessionName: string,
): Promise<TemporaryCredentials> {
  const now = parts.clock();
  const made = assumeRoleAsService(parts.store.sealing, {
    service: operatorService,
    role,
    sessionName,
    durationSeconds: Math.min(sessionSeconds, role.maxSessionDuration),
    now,
  });
  const requestParameters = { roleArn: role.arn, roleSessionName: sessionName };
  const call = { accountId: role.accountId, operation: 'AssumeRole', requestParameters, time: now };
  await recordCredentials(parts, call, made);
  return made;
}

async function rootCredentials(
  parts: CredentialParts,
  accountId: string,
  rootTask: string,
): Promise<TemporaryCredentials> {
  const now = parts.clock();
  const arn = taskPolicyArn(rootTask);
  const made = issueRootSession(parts.store.sealing, { accountId, taskPolicyArn: arn, now });
  const requestParameters = { targetPrincipal: accountId, taskPolicyArn: { arn } };
  const call = { accountId, operation: 'AssumeRoot', requestParameters, time: now };
  await recordCredentials(parts, call, made);
  return made;
}

/** Before they are handed out. */
async function recordCredentials(
  { store, audit, region }: CredentialParts,
  call: {
    readonly accountId: string;
    readonly operation: string;
    readonly requestParameters: object;
    readonly time: number;
  },
  { accessKeyId, expiration }: TemporaryCredentials,
): Promise<void> {
  const credentials = { accessKeyId, expiration: new Date(expiration).toISOString() };
  const record = operatorEvent(region, {
    ...call,
    service: 'sts',
    responseElements: { credentials },
  });
  await store.transaction(({ database }) => audit.write(database, record));
}

/** The operator may know what exists. Throws `NoSuchEntity`. */
export async function findRole(
  { store, state }: Pick<CredentialParts, 'store' | 'state'>,
  accountId: string,
  roleName: string,
): Promise<RoleState> {
  const row = await store.database
    .selectFrom('iam_role')
    .select('role_id')
    .where('account_id', '=', accountId)
    .where('name_fold', '=', roleName.toLowerCase())
    .executeTakeFirst();
  const role = row && (await state.role(accountId, row.role_id));
  if (role) return role;
  const message = `The role with name ${roleName} cannot be found in account ${accountId}.`;
  throw new ApiError('NoSuchEntity', 404, message);
}

/** That account, or the first for who names none. Throws `NoSuchEntity` when it is not there. */
export async function chosenAccountId(store: Store, chosen: string | undefined): Promise<string> {
  const accounts = await listAccounts(store);
  const found = accounts.find(({ accountId }) => chosen === undefined || accountId === chosen);
  if (found) return found.accountId;
  throw new ApiError('NoSuchEntity', 404, `There is no account ${chosen}.`);
}
