import { parseArn } from '@carnet/policy';
import { callerAccountId, findRole, readTags, storedRoleArn } from '../iam/entity.ts';
import type { ResolveContext, Resource, ResourceReference } from '../operation.ts';
import { accessDenied, invalidParameter } from './error.ts';
import { type FunctionInput, type FunctionTarget, functionTarget } from './function-name.ts';
import { statementKeys } from './statement.ts';

/** The function of the call, with its tags and its policy. */
export const functionResource: ResourceReference<FunctionInput> = {
  resourceType: 'function',
  resolve: (context, input) => resolveFunction(context, functionTarget(context, input)),
};

/** The function that is named by its ARN, for tags. */
export const taggedResource: ResourceReference<{ readonly Resource: string | undefined }> = {
  resourceType: 'function',
  resolve: (context, input) => resolveFunction(context, taggedFunction(context, input.Resource)),
};

/** The function of the call, with the principal of the statement that is removed. */
export const permissionResource: ResourceReference<
  FunctionInput & { readonly StatementId: string | undefined }
> = {
  resourceType: 'function',
  conditionKeys: ['lambda:Principal', 'lambda:FunctionUrlAuthType'],
  async resolve(context, input) {
    const target = functionTarget(context, input);
    const resource = await resolveFunction(context, target);
    const row = await context.database
      .selectFrom('lambda_permission')
      .select('statement')
      .where('account_id', '=', target.accountId)
      .where('function_name', '=', target.name)
      .where('statement_id', '=', input.StatementId ?? '')
      .executeTakeFirst();
    if (row === undefined) return resource;
    return { ...resource, conditionKeys: await statementKeys(context.database, row.statement) };
  },
};

async function resolveFunction(
  context: ResolveContext,
  { accountId, name, arn }: FunctionTarget,
): Promise<Resource> {
  const stored = await context.resourcePolicies.function(accountId, name);
  return { arn, accountId, ...stored };
}

/** Only functions have tags here, and only as themselves. */
export function taggedFunction(context: ResolveContext, arn: string | undefined): FunctionTarget {
  if (!/^arn:[^:]+:lambda:[^:]+:\d{12}:function:/.test(arn ?? '')) {
    throw invalidParameter(`The resource ${arn} is of a type that is not supported here.`);
  }
  return functionTarget(context, { FunctionName: arn });
}

interface PassingInput extends FunctionInput {
  readonly Role?: string | undefined;
}

/** The role that is handed to a function, with the function that it comes into. */
export const passedRoleResource: ResourceReference<PassingInput> = {
  resourceType: 'role',
  conditionKeys: ['iam:AssociatedResourceArn'],
  async resolve(context, input) {
    const target = functionTarget(context, input);
    const arn = input.Role ?? '';
    const { accountId = '', resource: path = '' } = parseArn(arn) ?? {};
    if (accountId !== callerAccountId(context.caller) || accountId !== target.accountId) {
      throw accessDenied('Cross-account pass role is not allowed.');
    }
    const conditionKeys = new Map([['iam:associatedresourcearn', target.arn]]);
    const scope = { accountId, database: context.database };
    const role = await findRole(scope, path.slice(path.lastIndexOf('/') + 1));
    if (role === undefined || storedRoleArn(role) !== arn) return { arn, accountId, conditionKeys };
    return { arn, accountId, conditionKeys, tags: await readTags(scope, role.role_id) };
  },
};
