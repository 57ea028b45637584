import { randomUUID } from 'node:crypto';
import { readCredentials, sha256Hex, signRequest } from '@carnet/wire';
import type { Services, TemporaryCredentials } from '../services.ts';
import { operatorService } from './account.ts';
import type { OperatorAssumption } from './operator-credentials.ts';

/** The socket of the operator is on this machine, and its file is nobody else's. */
const transport = { sourceIp: '127.0.0.1', secure: true };

const noBytes = new Uint8Array(0);

/**
 * AssumeRole as a call of its own, signed and verified, authorized and recorded as everybody's. Throws
 * what STS answers.
 */
export async function assumeRoleAsOperator(
  services: Pick<Services, 'authenticate' | 'dispatch'>,
  credentials: TemporaryCredentials,
  input: OperatorAssumption,
  now: number,
): Promise<TemporaryCredentials> {
  const signed = signRequest({
    method: 'POST',
    target: '/',
    headers: [
      ['Host', operatorService],
      ['User-Agent', operatorService],
    ],
    credentials,
    region: 'us-east-1',
    service: 'sts',
    now,
    payloadHash: sha256Hex(noBytes),
  });
  const request = await services.authenticate(readCredentials(signed), transport, noBytes);
  const output = await services.dispatch({
    request,
    service: 'sts',
    operation: 'AssumeRole',
    input,
    requestId: randomUUID(),
  });
  const { Credentials: made } = output as {
    readonly Credentials: {
      readonly AccessKeyId: string;
      readonly SecretAccessKey: string;
      readonly SessionToken: string;
      readonly Expiration: Date;
    };
  };
  return {
    accessKeyId: made.AccessKeyId,
    secretAccessKey: made.SecretAccessKey,
    sessionToken: made.SessionToken,
    expiration: made.Expiration.getTime(),
  };
}
