import { iamArn } from '../../arn.ts';
import type { ResourceReference } from '../../operation.ts';
import { findMfaDevice } from '../mfa-code.ts';
import { accountScope, type From, plain, required, tagged } from './resource.ts';

const mfaArnPattern = /^arn:aws:iam::(?<accountId>\d{12}):mfa\/./;

/**
 * A virtual MFA device by its serial number, which is its ARN; another account's is that account's.
 * Anything else is no virtual device, and is decided by the ARN that one of that name would have.
 */
export function mfaResource<Input>(serialNumber: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'mfa',
    async resolve(context, input) {
      const scope = accountScope(context);
      const serial = required(serialNumber(input));
      const accountId = mfaArnPattern.exec(serial)?.groups?.accountId;
      if (accountId === undefined) return plain(scope, iamArn(scope.accountId, 'mfa', '/', serial));
      if (accountId !== scope.accountId) return { arn: serial, accountId };
      const device = await findMfaDevice(scope, serial);
      return device ? await tagged(scope, serial, serial) : plain(scope, serial);
    },
  };
}

/** A virtual MFA device about to be made. */
export function newMfaResource<Input>(
  deviceName: From<Input>,
  path: From<Input>,
): ResourceReference<Input> {
  return {
    resourceType: 'mfa',
    async resolve(context, input) {
      const scope = accountScope(context);
      const name = required(deviceName(input));
      return plain(scope, iamArn(scope.accountId, 'mfa', path(input) ?? '/', name));
    },
  };
}
