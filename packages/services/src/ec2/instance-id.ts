import { ApiError } from '@carnet/wire';
import type { OperationContext } from '../operation.ts';
import { instanceNotFound, missingParameter } from './error.ts';
import { findInstances, type Instance, isVisible } from './find-instance.ts';

/**
 * The instances that a call names, each once and in its order. Throws what AWS answers when there are
 * none, when one is no id, and when one is not there.
 */
export async function requireInstances(
  context: OperationContext,
  instanceIds: readonly string[] | undefined,
): Promise<readonly Instance[]> {
  const ids = [...new Set(instanceIds)];
  if (ids.length === 0) throw missingParameter('InstanceId');
  ids.forEach(checkInstanceId);
  const found = await findInstances(context.database, context.accountId, ids);
  const visible = ids.flatMap((id) => {
    const instance = found.get(id);
    return instance && isVisible(instance.row, context.now) ? [instance] : [];
  });
  if (visible.length === ids.length) return visible;
  const known = new Set(visible.map(({ row }) => row.instance_id));
  throw instanceNotFound(ids.filter((id) => !known.has(id)));
}

export async function requireInstance(
  context: OperationContext,
  instanceId: string | undefined,
): Promise<Instance> {
  const [instance] = await requireInstances(context, instanceId === undefined ? [] : [instanceId]);
  if (instance === undefined) throw new Error('an instance that was required is missing');
  return instance;
}

/** Throws what EC2 answers to what is no id. */
export function checkInstanceId(id: string): void {
  if (/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) return;
  const expected = id.startsWith('i-') ? '' : ' (expecting "i-...")';
  const message = `Invalid id: "${id.slice(0, 128)}"${expected}`;
  throw new ApiError('InvalidInstanceID.Malformed', 400, message);
}
