import type { Database } from '@carnet/store';
import { instanceNotFound } from '../ec2/error.ts';
import { findInstance, type Instance } from '../ec2/find-instance.ts';
import { checkInstanceId } from '../ec2/instance-id.ts';

/** The instance of that id in the account; throws EC2's errors when it is none, or not there. */
export async function requireInstance(
  database: Database,
  accountId: string,
  instanceId: string,
): Promise<Instance> {
  checkInstanceId(instanceId);
  const instance = await findInstance(database, accountId, instanceId);
  if (instance === undefined) throw instanceNotFound([instanceId]);
  return instance;
}
