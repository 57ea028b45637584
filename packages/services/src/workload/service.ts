import type { OperationTable } from '../operation.ts';
import { getInstanceMetadata } from './get-instance-metadata.ts';

/** The operations of `carnet`, the one service that is not AWS's. */
export const carnetOperations: OperationTable = {
  GetInstanceMetadata: getInstanceMetadata,
};
