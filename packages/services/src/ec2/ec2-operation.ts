import { ApiError } from '@carnet/wire';
import { type Operation, operation } from '../operation.ts';

/**
 * An operation of EC2. One that takes `DryRun` calls `endDryRun` when all is checked, before it reads
 * or writes what it was called for; none of them comes to its end in a dry run.
 */
export function ec2Operation<Input extends object, Output>(
  definition: Operation<Input, Output>,
): Operation<Input, Output> {
  return operation({
    ...definition,
    async run(context, input, prepared) {
      const output = await definition.run(context, input, prepared);
      // Taken back with all that was written.
      endDryRun(input);
      return output;
    },
  });
}

/** Throws `DryRunOperation` when a call asks for nothing else: it would have succeeded. */
export function endDryRun(input: object): void {
  if (!('DryRun' in input) || input.DryRun !== true) return;
  const message = 'Request would have succeeded, but DryRun flag is set.';
  throw new ApiError('DryRunOperation', 412, message);
}
