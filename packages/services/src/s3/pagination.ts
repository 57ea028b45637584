import type { OperationContext } from '../operation.ts';
import { invalidArgument } from './s3-error.ts';

/**
 * A continuation token: where a listing goes on, sealed, and bound to the listing it came from
 * (`scope`), so that clients cannot come to depend on what is in it.
 */
export function sealToken(context: OperationContext, scope: string, position: string): string {
  return context.sealing.seal(
    'pagination',
    contextOf(context, scope),
    new TextEncoder().encode(position),
  );
}

/** What `sealToken` was given; undefined without a token. Error: `InvalidArgument`. */
export function openToken(
  context: OperationContext,
  scope: string,
  token: string | undefined,
): string | undefined {
  if (token === undefined) return undefined;
  const opened = context.sealing.open('pagination', contextOf(context, scope), token);
  if (opened) return new TextDecoder().decode(opened);
  throw invalidArgument(
    'The continuation token provided is incorrect',
    'continuation-token',
    token,
  );
}

/** Whoever continues a listing is of the account that began it; anonymous callers are of none. */
function contextOf({ caller }: OperationContext, scope: string): string {
  return `s3 ${caller.kind === 'anonymous' ? '' : caller.accountId} ${scope}`;
}
