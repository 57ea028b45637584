import * as iam from '@aws-sdk/client-iam';
import { type Conversation, encoded, matches, policyOf, readPhotos, type Talk } from './talk.ts';

const listPhotos = policyOf({ Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' });
const UserName = 'holder';
const GroupName = 'Holders';

/** Inline and attached policies of users and groups. */
export const policyOfEntityConversation: Conversation = async (talk) => {
  await talk.call(new iam.CreateUserCommand({ UserName, Path: '/holders/' }));
  await talk.call(new iam.CreateGroupCommand({ GroupName, Path: '/holders/' }));
  await inline(talk);
  await attached(talk);
  await talk.does(
    new iam.DeleteUserCommand({ UserName }),
    new iam.DeleteGroupCommand({ GroupName }),
  );
};

async function inline(talk: Talk): Promise<void> {
  const documents = { list: listPhotos, read: readPhotos };
  for (const [PolicyName, PolicyDocument] of Object.entries(documents)) {
    const policy = { PolicyName, PolicyDocument };
    await talk.does(
      new iam.PutUserPolicyCommand({ UserName, ...policy }),
      new iam.PutGroupPolicyCommand({ GroupName, ...policy }),
    );
    const stored = { PolicyName, PolicyDocument: encoded(PolicyDocument) };
    await talk.answers(new iam.GetUserPolicyCommand({ UserName, PolicyName }), {
      UserName,
      ...stored,
    });
    await talk.answers(new iam.GetGroupPolicyCommand({ GroupName, PolicyName }), {
      GroupName,
      ...stored,
    });
  }
  const PolicyNames = ['list', 'read'];
  await talk.lists(iam.ListUserPoliciesCommand, { UserName }, { PolicyNames });
  await talk.lists(iam.ListGroupPoliciesCommand, { GroupName }, { PolicyNames });
  const malformed = { PolicyName: 'x', PolicyDocument: '{' };
  for (const command of [
    new iam.PutUserPolicyCommand({ UserName, ...malformed }),
    new iam.PutGroupPolicyCommand({ GroupName, ...malformed }),
  ]) {
    await talk.refuses(command, iam.MalformedPolicyDocumentException, /./);
  }
  for (const PolicyName of PolicyNames) {
    await talk.does(
      new iam.DeleteUserPolicyCommand({ UserName, PolicyName }),
      new iam.DeleteGroupPolicyCommand({ GroupName, PolicyName }),
    );
  }
  await talk.misses(
    'The user policy with name read cannot be found.',
    new iam.GetUserPolicyCommand({ UserName, PolicyName: 'read' }),
    new iam.DeleteUserPolicyCommand({ UserName, PolicyName: 'read' }),
  );
  await talk.misses(
    'The group policy with name read cannot be found.',
    new iam.GetGroupPolicyCommand({ GroupName, PolicyName: 'read' }),
    new iam.DeleteGroupPolicyCommand({ GroupName, PolicyName: 'read' }),
  );
}

async function attached(talk: Talk): Promise<void> {
  const policies = ['look', 'show'].map((PolicyName) => ({
    PolicyName,
    PolicyArn: talk.arn(`policy/holders/${PolicyName}`),
  }));
  for (const { PolicyName, PolicyArn } of policies) {
    await talk.call(
      new iam.CreatePolicyCommand({ PolicyName, Path: '/holders/', PolicyDocument: readPhotos }),
    );
    await talk.does(
      new iam.AttachUserPolicyCommand({ UserName, PolicyArn }),
      new iam.AttachGroupPolicyCommand({ GroupName, PolicyArn }),
    );
  }
  const under = { PathPrefix: '/holders/' };
  const AttachedPolicies = policies;
  await talk.lists(
    iam.ListAttachedUserPoliciesCommand,
    { UserName, ...under },
    { AttachedPolicies },
  );
  await talk.lists(
    iam.ListAttachedGroupPoliciesCommand,
    { GroupName, ...under },
    { AttachedPolicies },
  );
  const [{ PolicyArn } = { PolicyArn: '' }] = policies;
  await talk.answers(
    new iam.ListEntitiesForPolicyCommand({
      PolicyArn,
      ...under,
      EntityFilter: 'User',
      PolicyUsageFilter: 'PermissionsPolicy',
    }),
    {
      PolicyUsers: [{ UserName, UserId: /^AIDA/ }],
      PolicyGroups: [],
      PolicyRoles: [],
      IsTruncated: false,
    },
  );
  const page = await talk.answers(
    new iam.ListEntitiesForPolicyCommand({ PolicyArn, MaxItems: 1 }),
    {
      PolicyGroups: [{ GroupName, GroupId: /^AGPA/ }],
      PolicyUsers: [],
      PolicyRoles: [],
      IsTruncated: true,
      Marker: /./,
    },
  );
  await talk.answers(new iam.ListEntitiesForPolicyCommand({ PolicyArn, Marker: page.Marker }), {
    PolicyUsers: [{ UserName, UserId: /^AIDA/ }],
    PolicyGroups: [],
    PolicyRoles: [],
    IsTruncated: false,
  });
  const used = { PolicyUsageFilter: 'PermissionsPolicy', OnlyAttached: true } as const;
  const { Policies = [] } = await talk.call(new iam.ListPoliciesCommand({ ...under, ...used }));
  matches(
    Policies.map(({ Arn, AttachmentCount }) => [Arn, AttachmentCount]),
    policies.map((policy) => [policy.PolicyArn, 2]),
    'attached policies',
  );
  await talk.refuses(
    new iam.DeletePolicyCommand({ PolicyArn }),
    iam.DeleteConflictException,
    'Cannot delete a policy attached to entities.',
  );
  await detach(talk, policies);
}

async function detach(talk: Talk, policies: readonly { PolicyArn: string }[]): Promise<void> {
  for (const { PolicyArn } of policies) {
    await talk.does(
      new iam.DetachUserPolicyCommand({ UserName, PolicyArn }),
      new iam.DetachGroupPolicyCommand({ GroupName, PolicyArn }),
    );
    await talk.misses(
      `Policy ${PolicyArn} was not found.`,
      new iam.DetachUserPolicyCommand({ UserName, PolicyArn }),
      new iam.DetachGroupPolicyCommand({ GroupName, PolicyArn }),
    );
    await talk.does(new iam.DeletePolicyCommand({ PolicyArn }));
    await talk.misses(
      `Policy ${PolicyArn} does not exist or is not attachable.`,
      new iam.AttachUserPolicyCommand({ UserName, PolicyArn }),
      new iam.AttachGroupPolicyCommand({ GroupName, PolicyArn }),
      new iam.ListEntitiesForPolicyCommand({ PolicyArn }),
    );
  }
  await talk.misses(
    'The user with name none cannot be found.',
    new iam.ListUserPoliciesCommand({ UserName: 'none' }),
    new iam.ListAttachedUserPoliciesCommand({ UserName: 'none' }),
  );
  await talk.misses(
    'The group with name none cannot be found.',
    new iam.ListGroupPoliciesCommand({ GroupName: 'none' }),
    new iam.ListAttachedGroupPoliciesCommand({ GroupName: 'none' }),
  );
}
