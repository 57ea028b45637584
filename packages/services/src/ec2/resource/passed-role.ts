import type { IamInstanceProfileSpecification } from '@aws-sdk/client-ec2';
import { associatedKey, passedRole } from '../../iam/resource/instance-profile.ts';
import { accountScope } from '../../iam/resource/resource.ts';
import type { ConditionalRequirement, ResolveContext } from '../../operation.ts';
import { roleOfProfile } from '../instance-profile-specification.ts';
import { ec2Arn } from './instance.ts';

/**
 * The permission to pass the role of an instance profile to EC2, for something of that ARN. A profile
 * that is missing or has no role needs none: there is nothing to pass.
 */
export function passRoleOfProfile<Input>(
  profileOf: (input: Input) => IamInstanceProfileSpecification | undefined,
  /** The id of the instance; undefined when it has none yet, or nobody can tell. */
  instanceOf: (context: ResolveContext, input: Input) => Promise<string | undefined>,
): ConditionalRequirement<Input> {
  return {
    action: 'iam:PassRole',
    when: (input) => profileOf(input) !== undefined,
    applies: async (context, input) =>
      (await roleOfProfile(accountScope(context), profileOf(input))) !== undefined,
    resource: {
      resourceType: 'role',
      conditionKeys: [associatedKey],
      async resolve(context, input) {
        const scope = accountScope(context);
        const role = await roleOfProfile(scope, profileOf(input));
        // Between the two look-ups nothing changes in a transaction; outside of one it is asked again.
        if (role === undefined)
          return { arn: `arn:aws:iam::${scope.accountId}:role/*`, accountId: scope.accountId };
        const instance = (await instanceOf(context, input)) ?? '*';
        const arn = ec2Arn(context, scope.accountId, `instance/${instance}`);
        return await passedRole(scope, role, arn);
      },
    },
    conditionKeys: { 'iam:PassedToService': () => 'ec2.amazonaws.com' },
  };
}
