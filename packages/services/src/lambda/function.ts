import type {
  CreateFunctionRequest,
  DeleteFunctionRequest,
  DeleteFunctionResponse,
  FunctionConfiguration,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { type OperationContext, operation } from '../operation.ts';
import { checkCode, checkCodeStorage, removeCode, type StoredCode, storeCode } from './code.ts';
import { checkSettings, defaults, describeFunction, requireHandler } from './configuration.ts';
import { describeEnvironment, sealEnvironment } from './environment.ts';
import { accessDenied, resourceConflict } from './error.ts';
import {
  checkNewName,
  type FunctionTarget,
  functionTarget,
  refuseElsewhere,
} from './function-name.ts';
import {
  type FunctionRow,
  findFunction,
  requireFunction,
  tellFunction,
  updateFunction,
} from './function-row.ts';
import { functionResource, passedRoleResource } from './resource.ts';
import { checkRevision, newRevisionId } from './revision.ts';
import { requireAssumableRole } from './role.ts';
import { readTags, requestTags, writeTags } from './tag.ts';

/** Handing a role to a function: whoever may not pass it could act through the function with it. */
const passRole = {
  action: 'iam:PassRole',
  resource: passedRoleResource,
  conditionKeys: { 'iam:PassedToService': () => 'lambda.amazonaws.com' },
} as const;

/**
 * Errors: `ResourceConflictException`, `InvalidParameterValueException`, `ValidationException`.
 */
export const createFunction = operation<CreateFunctionRequest, FunctionConfiguration, StoredCode>({
  authorization: {
    action: 'lambda:CreateFunction',
    resource: functionResource,
    requestTags: (input) => requestTags(input.Tags),
    also: [
      passRole,
      {
        action: 'lambda:TagResource',
        when: (input) => Object.keys(input.Tags ?? {}).length > 0,
        resource: functionResource,
        requestTags: (input) => requestTags(input.Tags),
      },
    ],
  },
  access: 'write',
  async prepare(context, input) {
    const target = newTarget(context, input);
    checkSettings(input);
    requireHandler(input);
    sealEnvironment(context, columnsOf(target), input.Environment);
    const zip = await checkCode(input.Code ?? {});
    // Looked at again in the transaction: here it spares the writing.
    await refuseExisting(context, target);
    return await storeCode(context, zip);
  },
  async run(context, input, code) {
    const target = newTarget(context, input);
    await refuseExisting(context, target);
    const arn = input.Role ?? '';
    const row: FunctionRow = {
      ...columnsOf(target),
      ...requireHandler(input),
      role_id: await requireAssumableRole(context, target, arn),
      role_arn: arn,
      description: input.Description ?? '',
      timeout: input.Timeout ?? defaults.timeout,
      memory_size: input.MemorySize ?? defaults.memorySize,
      architecture: input.Architectures?.[0] ?? defaults.architecture,
      environment: sealEnvironment(context, columnsOf(target), input.Environment),
      ...code,
      revision_id: newRevisionId(),
      created_at: context.now,
      modified_at: context.now,
    };
    await context.database.insertInto('lambda_function').values(row).execute();
    await checkCodeStorage(context, row.account_id);
    await writeTags(context, target, input.Tags ?? {});
    tellFunction(context, row);
    return describeConfiguration(context, row);
  },
});

/** The code itself is not given back. Errors: `ResourceNotFoundException`. */
export const getFunction = operation<GetFunctionRequest, GetFunctionResponse>({
  authorization: { action: 'lambda:GetFunction', resource: functionResource },
  access: 'read',
  async run(context, input) {
    const { target, row } = await requireFunction(context, input);
    const tags = await readTags(context, target);
    return {
      Configuration: describeConfiguration(context, row, target.qualifier),
      Code: { RepositoryType: 'S3' },
      ...(Object.keys(tags).length > 0 && { Tags: tags }),
    };
  },
});

/** Errors: `ResourceNotFoundException`. */
export const getFunctionConfiguration = operation<
  GetFunctionConfigurationRequest,
  FunctionConfiguration
>({
  authorization: { action: 'lambda:GetFunctionConfiguration', resource: functionResource },
  access: 'read',
  async run(context, input) {
    const { target, row } = await requireFunction(context, input);
    return describeConfiguration(context, row, target.qualifier);
  },
});

/** Errors: `ResourceNotFoundException`, `PreconditionFailedException`, and those of creation. */
export const updateFunctionConfiguration = operation<
  UpdateFunctionConfigurationRequest,
  FunctionConfiguration
>({
  authorization: {
    action: 'lambda:UpdateFunctionConfiguration',
    resource: functionResource,
    also: [{ ...passRole, when: (input) => input.Role !== undefined }],
  },
  access: 'write',
  async run(context, input) {
    const { target, row } = await requireFunction(context, input);
    checkSettings(input);
    checkRevision(input, row);
    const { Role: role, Environment: environment } = input;
    const changed = await updateFunction(context, row, {
      ...(role !== undefined && {
        role_id: await requireAssumableRole(context, target, role),
        role_arn: role,
      }),
      ...(environment !== undefined && {
        environment: sealEnvironment(context, row, environment),
      }),
      runtime: input.Runtime ?? row.runtime,
      handler: input.Handler ?? row.handler,
      description: input.Description ?? row.description,
      timeout: input.Timeout ?? row.timeout,
      memory_size: input.MemorySize ?? row.memory_size,
      revision_id: newRevisionId(),
      modified_at: context.now,
    });
    return describeConfiguration(context, changed);
  },
});

/** Errors: `ResourceNotFoundException`, `PreconditionFailedException`, and those of creation. */
export const updateFunctionCode = operation<
  UpdateFunctionCodeRequest,
  FunctionConfiguration,
  StoredCode
>({
  authorization: { action: 'lambda:UpdateFunctionCode', resource: functionResource },
  access: 'write',
  async prepare(context, input) {
    // Looked at again in the transaction: here it spares the writing.
    const { row } = await requireFunction(context, input);
    checkRevision(input, row);
    checkSettings(input);
    return await storeCode(context, await checkCode(input));
  },
  async run(context, input, code) {
    const { row } = await requireFunction(context, input);
    checkRevision(input, row);
    const change = {
      ...code,
      architecture: input.Architectures?.[0] ?? row.architecture,
      revision_id: newRevisionId(),
      modified_at: context.now,
    };
    if (input.DryRun === true) {
      removeCode(context, code);
      return describeConfiguration(context, { ...row, ...change });
    }
    removeCode(context, row);
    const updated = await updateFunction(context, row, change);
    await checkCodeStorage(context, row.account_id);
    return describeConfiguration(context, updated);
  },
});

/** With its policy and its tags. Errors: `ResourceNotFoundException`. */
export const deleteFunction = operation<DeleteFunctionRequest, DeleteFunctionResponse>({
  authorization: { action: 'lambda:DeleteFunction', resource: functionResource },
  access: 'write',
  async run(context, input) {
    const { row } = await requireFunction(context, input);
    const { database } = context;
    await database
      .deleteFrom('lambda_permission')
      .where('account_id', '=', row.account_id)
      .where('function_name', '=', row.name)
      .execute();
    await database
      .deleteFrom('lambda_tag')
      .where('account_id', '=', row.account_id)
      .where('resource_id', '=', row.name)
      .execute();
    await database
      .deleteFrom('lambda_function')
      .where('account_id', '=', row.account_id)
      .where('name', '=', row.name)
      .execute();
    removeCode(context, row);
    tellFunction(context, row);
    return { StatusCode: 204 };
  },
});

/** A function is made in the caller's own account, here, and as itself. */
function newTarget(context: OperationContext, input: CreateFunctionRequest): FunctionTarget {
  const target = functionTarget(context, input);
  refuseElsewhere(context, target);
  if (target.accountId !== context.accountId) {
    throw accessDenied('Cross-account function creation is not allowed.');
  }
  checkNewName(target);
  return target;
}

function columnsOf({ accountId, name }: FunctionTarget): Pick<FunctionRow, 'account_id' | 'name'> {
  return { account_id: accountId, name };
}

async function refuseExisting(context: OperationContext, target: FunctionTarget): Promise<void> {
  if ((await findFunction(context, target)) === undefined) return;
  throw resourceConflict(`Function already exist: ${target.name}`);
}

export function describeConfiguration(
  context: OperationContext,
  row: FunctionRow,
  qualifier?: string,
): FunctionConfiguration {
  return {
    ...describeFunction(context.settings.region, row, qualifier),
    ...describeEnvironment(context, row),
  };
}
