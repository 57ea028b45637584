import { operationTables } from '@carnet/services';

/** The operations of IAM that are served. */
export const served: ReadonlySet<string> = new Set(Object.keys(operationTables.iam ?? {}));
