import type {
  AddPermissionRequest,
  AddPermissionResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  RemovePermissionRequest,
} from '@aws-sdk/client-lambda';

import { ApiError } from '@carnet/wire';
import { type OperationContext, operation } from '../operation.ts';
import { invalidParameter, resourceConflict, resourceNotFound } from './error.ts';
import { functionArn, functionTarget } from './function-name.ts';
import { type FunctionRow, requireFunction, updateFunction } from './function-row.ts';
import { functionResource, permissionResource } from './resource.ts';
import { checkRevision, newRevisionId } from './revision.ts';
import { shownPolicy, statementOf, storedStatement } from './statement.ts';

/** Bytes. Source: "Lambda quotas", AWS Lambda Developer Guide. */
const maximumPolicySize = 20_480;

/**
 * Errors: `ResourceNotFoundException`, `ResourceConflictException`, `InvalidParameterValueException`,
 * `PolicyLengthExceededException`, `PreconditionFailedException`.
 */
export const addPermission = operation<AddPermissionRequest, AddPermissionResponse>({
  authorization: {
    action: 'lambda:AddPermission',
    resource: functionResource,
    conditionKeys: {
      'lambda:Principal': (input) => input.Principal,
      'lambda:FunctionUrlAuthType': (input) => input.FunctionUrlAuthType,
    },
  },
  access: 'write',
  async run(context, input) {
    if (functionTarget(context, input).qualifier === '$LATEST') {
      throw invalidParameter('We currently do not support adding policies for $LATEST.');
    }
    const { row } = await requireFunction(context, input);
    checkRevision(input, row, 'GetPolicy');
    const statements = await readStatements(context, row);
    const id = input.StatementId ?? '';
    if (statements.some((one) => one.statement_id === id)) {
      throw resourceConflict(
        `The statement id (${id}) provided already exists. ` +
          'Please provide a new statement id, or remove the existing statement.',
      );
    }
    const arn = functionArn(context.settings.region, row.account_id, row.name);
    const statement = statementOf(input, arn);
    const stored = await storedStatement(context.database, statement);
    await refuseOverSize(context, [...statements.map((one) => one.statement), stored]);
    const changed = await updateFunction(context, row, { revision_id: newRevisionId() });
    await context.database
      .insertInto('lambda_permission')
      .values({
        account_id: row.account_id,
        function_name: row.name,
        statement_id: id,
        statement: stored,
        revision_id: changed.revision_id,
        created_at: context.now,
      })
      .execute();
    return { Statement: JSON.stringify(statement) };
  },
});

/** Errors: `ResourceNotFoundException`, `PreconditionFailedException`. */
export const removePermission = operation<RemovePermissionRequest, void>({
  authorization: { action: 'lambda:RemovePermission', resource: permissionResource },
  access: 'write',
  async run(context, input) {
    const { row } = await requireFunction(context, input);
    const statements = await readStatements(context, row);
    if (statements.length === 0) {
      throw resourceNotFound('No policy is associated with the given resource.');
    }
    const id = input.StatementId ?? '';
    if (!statements.some((one) => one.statement_id === id)) {
      throw resourceNotFound(`Statement ${id} is not found in resource policy.`);
    }
    checkRevision(input, row);
    await context.database
      .deleteFrom('lambda_permission')
      .where('account_id', '=', row.account_id)
      .where('function_name', '=', row.name)
      .where('statement_id', '=', id)
      .execute();
    await updateFunction(context, row, { revision_id: newRevisionId() });
  },
});

/** Errors: `ResourceNotFoundException`. */
export const getPolicy = operation<GetPolicyRequest, GetPolicyResponse>({
  authorization: { action: 'lambda:GetPolicy', resource: functionResource },
  access: 'read',
  async run(context, input) {
    const { row } = await requireFunction(context, input);
    const statements = await readStatements(context, row);
    if (statements.length === 0) {
      throw resourceNotFound('The resource you requested does not exist.');
    }
    const texts = statements.map((one) => one.statement);
    return { Policy: await shownPolicy(context.database, texts), RevisionId: row.revision_id };
  },
});

/** In the order in which they came. */
async function readStatements({ database }: OperationContext, row: FunctionRow) {
  return await database
    .selectFrom('lambda_permission')
    .select(['statement_id', 'statement'])
    .where('account_id', '=', row.account_id)
    .where('function_name', '=', row.name)
    .orderBy('created_at')
    .orderBy('statement_id')
    .execute();
}

async function refuseOverSize(
  { database }: OperationContext,
  statements: readonly string[],
): Promise<void> {
  const size = Buffer.byteLength(await shownPolicy(database, statements));
  if (size <= maximumPolicySize) return;
  throw new ApiError(
    'PolicyLengthExceededException',
    400,
    `The final policy size (${size}) is bigger than the limit (${maximumPolicySize}).`,
    { Type: 'User' },
  );
}
