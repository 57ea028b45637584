import type { Call, Services } from '@carnet/services';
import { ApiError } from '@carnet/wire';

/** Records a call that is refused before it is dispatched. Gives what is to be thrown. */
export function refusedCall(services: Services, call: Call, error: unknown): unknown {
  if (error instanceof ApiError) services.recordRefusal(call, error);
  return error;
}
