import { UnstorableValue } from '@carnet/store';
import { ApiError } from '@carnet/wire';

/** What a caller learns who sent what no database can hold; every other error stays as it is. */
export function explainUnstorable(error: unknown, service: string): unknown {
  if (!(error instanceof UnstorableValue)) return error;
  const message = 'A value holds characters that cannot be stored.';
  return new ApiError(codes[service] ?? 'ValidationError', 400, message);
}

const codes: Readonly<Record<string, string>> = {
  lambda: 'InvalidParameterValueException',
  ec2: 'InvalidParameterValue',
  s3: 'InvalidArgument',
};
