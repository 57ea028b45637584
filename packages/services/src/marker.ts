import type { OperationContext } from './operation.ts';

type Context = Pick<OperationContext, 'sealing' | 'accountId'>;

/**
 * Where the next page of a list begins, sealed: a marker is good for its service, operation and
 * account, and for nothing else. `position` is what the list finds its place again with.
 */
export function sealMarker(
  context: Context,
  service: string,
  operation: string,
  position: string,
): string {
  const bytes = new TextEncoder().encode(position);
  return context.sealing.seal('pagination', contextOf(context, service, operation), bytes);
}

/** The position; undefined when the marker is none of this list and account. */
export function openMarker(
  context: Context,
  service: string,
  operation: string,
  marker: string,
): string | undefined {
  const opened = context.sealing.open('pagination', contextOf(context, service, operation), marker);
  return opened && new TextDecoder().decode(opened);
}

function contextOf({ accountId }: Context, service: string, operation: string): string {
  return JSON.stringify([service, operation, accountId]);
}
