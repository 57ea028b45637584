import type { Database } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import { instanceNotFound } from '../ec2/error.ts';
import { findInstance, type Instance } from '../ec2/find-instance.ts';

/** The instance of that id in the account; throws EC2's errors when it is none, or not there. */
export async function requireInstance(
  database: Database,
  accountId: string,
  instanceId: string,
): Promise<Instance> {
  checkForm(instanceId);
  const instance = await findInstance(database, accountId, instanceId);
  if (instance === undefined) throw instanceNotFound([instanceId]);
  return instance;
}

function checkForm(id: string): void {
  if (/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) return;
  const expected = id.startsWith('i-') ? '' : ' (expecting "i-...")';
  const message = `Invalid id: "${id.slice(0, 128)}"${expected}`;
  throw new ApiError('InvalidInstanceID.Malformed', 400, message);
}
