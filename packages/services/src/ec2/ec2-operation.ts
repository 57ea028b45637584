import { ApiError } from '@carnet/wire';
import { type Operation, operation } from '../operation.ts';

/**
 * An operation of EC2. With `DryRun` everything is done but kept: a call that comes to its end would
 * have succeeded, and the error takes back what it wrote.
 */
export function ec2Operation<Input extends object, Output>(
  definition: Operation<Input, Output>,
): Operation<Input, Output> {
  return operation({
    ...definition,
    async run(context, input, prepared) {
      const output = await definition.run(context, input, prepared);
      if (!('DryRun' in input) || input.DryRun !== true) return output;
      const message = 'Request would have succeeded, but DryRun flag is set.';
      throw new ApiError('DryRunOperation', 412, message);
    },
  });
}
