import type { OperationTable } from '../operation.ts';
import { getCallerIdentity } from './get-caller-identity.ts';

/** The operations of STS that are served. */
export const stsOperations: OperationTable = {
  GetCallerIdentity: getCallerIdentity,
};
