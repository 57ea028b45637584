import type { GetFederationTokenRequest, GetFederationTokenResponse } from '@aws-sdk/client-sts';
import { accessDenied } from '../authorization/access-denied.ts';
import { callerAccountId } from '../iam/entity.ts';
import { operation, type ResourceReference } from '../operation.ts';
import { credentialsAnswer, minimumTokenSize } from './credentials-answer.ts';
import { passedPolicies } from './passed-policy.ts';
import { makerKeyIdOf } from './session-maker.ts';
import { sessionTags } from './session-tag.ts';
import { issueSession } from './session-token.ts';

const defaultSeconds = 43_200;

const federatedUser: ResourceReference<GetFederationTokenRequest> = {
  resourceType: 'federated-user',
  async resolve({ caller }, { Name: name = '' }) {
    const accountId = callerAccountId(caller);
    return { arn: federatedUserArn(accountId, name), accountId };
  },
};

/**
 * A session of the calling user under another name. Without session policies it may do nothing but
 * what the policy of a resource grants to it.
 * Source: "GetFederationToken", AWS STS API reference.
 */
export const getFederationToken = operation<GetFederationTokenRequest, GetFederationTokenResponse>({
  authorization: {
    action: 'sts:GetFederationToken',
    resource: federatedUser,
    requestTags: (input) => input.Tags,
    also: [
      {
        action: 'sts:TagSession',
        resource: federatedUser,
        when: (input) => (input.Tags ?? []).length > 0,
        requestTags: (input) => input.Tags,
      },
    ],
  },
  access: 'read',
  recordsAnswer: true,
  async run(context, input) {
    const { caller, now, database } = context;
    if (caller.kind !== 'user') throw accessDenied();
    const { accountId, userId } = caller;
    const { Name: name = '', DurationSeconds: seconds = defaultSeconds } = input;
    const { tags } = sessionTags(caller, input.Tags);
    const policies = await passedPolicies({ accountId, database }, input);
    const made = issueSession(
      context.sealing,
      {
        kind: 'federatedUser',
        accountId,
        userId,
        name,
        issuedAt: now,
        expiresAt: now + seconds * 1000,
        tags,
        policies,
        makerKeyId: makerKeyIdOf(caller),
      },
      minimumTokenSize(input),
    );
    return {
      ...credentialsAnswer(made),
      FederatedUser: {
        FederatedUserId: `${accountId}:${name}`,
        Arn: federatedUserArn(accountId, name),
      },
      PackedPolicySize: made.packedPolicySize ?? 0,
    };
  },
});

function federatedUserArn(accountId: string, name: string): string {
  return `arn:aws:sts::${accountId}:federated-user/${name}`;
}
