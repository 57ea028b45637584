import type { OperationTable } from '../operation.ts';
import {
  createFunction,
  deleteFunction,
  getFunction,
  getFunctionConfiguration,
  updateFunctionCode,
  updateFunctionConfiguration,
} from './function.ts';
import { invoke } from './invoke.ts';
import { listFunctions } from './list-functions.ts';
import { addPermission, getPolicy, removePermission } from './permission.ts';
import { listTags, tagResource, untagResource } from './tag.ts';

/**
 * Lambda: functions as far as identity goes, that is who may change and invoke them, and as which
 * role they act. An operation that is not here is not served. Begin with `function.ts` and
 * `permission.ts`; `resource.ts` says what is authorized, `invoke.ts` what comes to the runner, which
 * is no part of the services.
 */
export const lambdaOperations: OperationTable = {
  AddPermission: addPermission,
  CreateFunction: createFunction,
  DeleteFunction: deleteFunction,
  GetFunction: getFunction,
  GetFunctionConfiguration: getFunctionConfiguration,
  GetPolicy: getPolicy,
  Invoke: invoke,
  ListFunctions: listFunctions,
  ListTags: listTags,
  RemovePermission: removePermission,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateFunctionCode: updateFunctionCode,
  UpdateFunctionConfiguration: updateFunctionConfiguration,
};
