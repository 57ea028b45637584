import assert from 'node:assert/strict';

/** The error that a call of an SDK must end with. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && '$metadata' in error) return error as Refusal;
    throw error;
  }
  assert.fail('the call was not refused');
}

export interface Refusal extends Error {
  readonly $metadata: { readonly httpStatusCode?: number; readonly attempts?: number };
}

/** A refusal that every client takes for something that passes, and tries again. */
export function assertUnavailable({ name, message, $metadata }: Refusal, reason: RegExp): void {
  assert.deepEqual([name, $metadata.httpStatusCode], ['ServiceUnavailable', 503], message);
  assert.match(message, reason);
}

/** Calls until one is refused; gives what the others answered, and the refusal. */
export async function untilRefused<Output>(
  most: number,
  call: (index: number) => Promise<Output>,
): Promise<{ readonly answered: readonly Output[]; readonly refused: Refusal }> {
  const answered: Output[] = [];
  while (answered.length < most) {
    const index = answered.length;
    const outcome = await call(index).catch((error) => refusal(Promise.reject(error)));
    if (outcome instanceof Error) return { answered, refused: outcome as Refusal };
    answered.push(outcome);
  }
  assert.fail(`none of ${most} calls was refused`);
}
