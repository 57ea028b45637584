import lambda from './generated/lambda.json' with { type: 'json' };
import type { ServiceModel } from './model.ts';
import { withBounds } from './model-bounds.ts';

/** Lambda's model with the lengths that AWS's lacks of what policies are asked about. */
export const lambdaModel = withBounds(lambda as unknown as ServiceModel, {
  // The longest ARN that IAM takes.
  shapes: { Arn: 2_048, Principal: 2_048, RoleArn: 2_048 },
});
