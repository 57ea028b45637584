import type { Database } from '@carnet/store';
import { instanceNotFound } from '../ec2/error.ts';
import { findInstance, type Instance } from '../ec2/find-instance.ts';

/** The instance of that id in the account; throws EC2's error when there is none. */
export async function requireInstance(
  database: Database,
  accountId: string,
  instanceId: string,
): Promise<Instance> {
  const instance = await findInstance(database, accountId, instanceId);
  if (instance === undefined) throw instanceNotFound([instanceId]);
  return instance;
}
