import * as iam from '@aws-sdk/client-iam';
import { type Conversation, recently } from './talk.ts';

const service = 'autoscaling.amazonaws.com';
const RoleName = 'AWSServiceRoleForAutoScaling_photos';

/** As CreateServiceLinkedRole answers it, and no other operation. */
const trustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: [service] }, Action: ['sts:AssumeRole'] }],
});

export const serviceLinkedRoleConversation: Conversation = async (talk) => {
  const create = new iam.CreateServiceLinkedRoleCommand({
    AWSServiceName: service,
    CustomSuffix: 'photos',
    Description: 'scales what shows photos',
  });
  await talk.answers(create, {
    Role: {
      Path: `/aws-service-role/${service}/`,
      RoleName,
      RoleId: /^AROA[A-Z0-9]{17}$/,
      Arn: talk.arn(`role/aws-service-role/${service}/${RoleName}`),
      CreateDate: recently,
      AssumeRolePolicyDocument: encodeURIComponent(trustPolicy),
    },
  });
  await talk.refuses(
    create,
    iam.InvalidInputException,
    `Service role name ${RoleName} has been taken in this account, please try a different suffix.`,
  );
  await talk.refuses(
    new iam.DeleteRoleCommand({ RoleName }),
    iam.UnmodifiableEntityException,
    `Cannot perform the operation on the protected role '${RoleName}' - ` +
      'this role is only modifiable by AWS',
  );
  const { DeletionTaskId } = await talk.answers(
    new iam.DeleteServiceLinkedRoleCommand({ RoleName }),
    { DeletionTaskId: /^task\/aws-service-role\/autoscaling\.amazonaws\.com\/[\w/-]+$/ },
  );
  await talk.answers(new iam.GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }), {
    Status: 'SUCCEEDED',
  });
  await talk.misses(
    `The role with name ${RoleName} cannot be found.`,
    new iam.DeleteServiceLinkedRoleCommand({ RoleName }),
    new iam.GetRoleCommand({ RoleName }),
  );
  await talk.refuses(
    new iam.GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId: 'none' }),
    iam.InvalidInputException,
    'Invalid task id',
  );
};
