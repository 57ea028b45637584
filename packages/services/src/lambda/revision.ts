import { randomUUID } from 'node:crypto';
import { preconditionFailed } from './error.ts';
import type { FunctionRow } from './function-row.ts';

/** Another one with every change of a function, its policy included. */
export function newRevisionId(): string {
  return randomUUID();
}

/** `operations` are those that tell the latest revision. Error: `PreconditionFailedException`. */
export function checkRevision(
  { RevisionId: given }: { readonly RevisionId?: string | undefined },
  row: FunctionRow,
  operations = 'GetFunction/GetAlias',
): void {
  if (given !== undefined && given !== row.revision_id) throw preconditionFailed(operations);
}
