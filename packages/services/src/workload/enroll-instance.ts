import { newAccessKeyId, newSecretAccessKey, type Store } from '@carnet/store';
import { operatorEvent } from '../account/operator-event.ts';
import type { Audit } from '../audit.ts';
import { incorrectInstanceState } from '../ec2/error.ts';
import { requireInstance } from './instance.ts';

/** What an enrolment is written with. */
export interface EnrolmentParts {
  readonly store: Store;
  readonly audit: Audit;
  /** The deployment's. */
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** The key of an instance's agent. */
export interface InstanceEnrolment {
  readonly accountId: string;
  readonly instanceId: string;
  readonly region: string;
  /** `CIKA…` */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Makes the key with which the agent of an instance asks for its metadata; the one before it is good
 * for nothing from then on. Throws `InvalidInstanceID.NotFound` and `IncorrectInstanceState`.
 */
export async function enrollInstance(
  { store, audit, region, clock }: EnrolmentParts,
  accountId: string,
  instanceId: string,
): Promise<InstanceEnrolment> {
  const accessKeyId = newAccessKeyId('CIKA', accountId);
  const secretAccessKey = newSecretAccessKey();
  const sealed = store.sealing.seal('secret', accessKeyId, Buffer.from(secretAccessKey));
  await store.transaction(async ({ database, changed }) => {
    const { row } = await requireInstance(database, accountId, instanceId);
    if (row.state === 'terminated') {
      throw incorrectInstanceState(`The instance '${instanceId}' is terminated.`);
    }
    await database
      .deleteFrom('ec2_instance_key')
      .where('account_id', '=', accountId)
      .where('instance_id', '=', instanceId)
      .execute();
    const now = clock();
    const key = { access_key_id: accessKeyId, secret_access_key: sealed, created_at: now };
    await database
      .insertInto('ec2_instance_key')
      .values({ account_id: accountId, instance_id: instanceId, ...key })
      .execute();
    changed({ accountId, kind: 'instance', id: instanceId });
    const event = operatorEvent(region, {
      accountId,
      time: now,
      service: 'carnet',
      operation: 'EnrollInstance',
      requestParameters: { instanceId },
      responseElements: { accessKeyId },
    });
    await audit.write(database, event);
  });
  return { accountId, instanceId, region, accessKeyId, secretAccessKey };
}
