import assert from 'node:assert/strict';
import * as iam from '@aws-sdk/client-iam';
import { type Conversation, policyOf, type Talk } from './talk.ts';

const UserName = 'simulated';
const object = 'arn:aws:s3:::photos/pic.jpg';
const ofTeam = policyOf({
  Sid: 'OfTeam',
  Effect: 'Allow',
  Action: 's3:*',
  Resource: 'arn:aws:s3:::photos/*',
  Condition: { StringEquals: { 'aws:PrincipalTag/team': 'photos' } },
});
const everything = policyOf({ Effect: 'Allow', Action: '*', Resource: '*' });
const team: iam.ContextEntry = {
  ContextKeyName: 'aws:PrincipalTag/team',
  ContextKeyType: 'string',
  ContextKeyValues: ['photos'],
};

export const policySimulationConversation: Conversation = async (talk) => {
  await contextKeys(talk);
  await custom(talk);
  await customInPages(talk);
  await principal(talk);
};

async function contextKeys(talk: Talk): Promise<void> {
  await talk.answers(new iam.GetContextKeysForCustomPolicyCommand({ PolicyInputList: [ofTeam] }), {
    ContextKeyNames: ['aws:PrincipalTag/team'],
  });
  await talk.refuses(
    new iam.GetContextKeysForCustomPolicyCommand({ PolicyInputList: ['{}'] }),
    iam.InvalidInputException,
    /./,
  );
}

/** The decisions, by action. */
const decisionsOf = (results: readonly iam.EvaluationResult[] = []) =>
  results.map(({ EvalActionName, EvalResourceName, EvalDecision }) => [
    EvalActionName,
    EvalResourceName,
    EvalDecision,
  ]);

async function custom(talk: Talk): Promise<void> {
  const CallerArn = talk.arn('user/simulated');
  const { EvaluationResults } = await talk.call(
    new iam.SimulateCustomPolicyCommand({
      PolicyInputList: [ofTeam],
      PermissionsBoundaryPolicyInputList: [everything],
      ActionNames: ['s3:GetObject', 's3:DeleteObject'],
      ResourceArns: [object],
      ResourcePolicy: policyOf({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:DeleteObject',
        Resource: object,
      }),
      ResourceOwner: talk.arn('root'),
      CallerArn,
      ContextEntries: [team],
    }),
  );
  assert.deepEqual(decisionsOf(EvaluationResults), [
    ['s3:GetObject', object, 'allowed'],
    ['s3:DeleteObject', object, 'explicitDeny'],
  ]);
  const organization: iam.SimulateCustomPolicyCommandInput = {
    PolicyInputList: [everything],
    ActionNames: ['s3:GetObject'],
    OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [everything] }],
  };
  const bounded = await talk.call(new iam.SimulateCustomPolicyCommand(organization));
  assert.deepEqual(decisionsOf(bounded.EvaluationResults), [['s3:GetObject', '*', 'allowed']]);
  const starting = { PolicyInputList: [everything], ...startInstance };
  const started = await talk.call(new iam.SimulateCustomPolicyCommand(starting));
  assert.equal(started.EvaluationResults?.[0]?.EvalDecision, 'allowed');
  const missing = await talk.call(
    new iam.SimulateCustomPolicyCommand({
      PolicyInputList: [ofTeam],
      ActionNames: ['s3:GetObject'],
      ResourceArns: [object],
    }),
  );
  const [result] = missing.EvaluationResults ?? [];
  assert.deepEqual(result?.MissingContextValues, ['aws:PrincipalTag/team']);
}

async function customInPages(talk: Talk): Promise<void> {
  const two = { PolicyInputList: [everything], ActionNames: ['s3:GetObject', 's3:PutObject'] };
  const first = await talk.call(new iam.SimulateCustomPolicyCommand({ ...two, MaxItems: 1 }));
  const second = await talk.call(
    new iam.SimulateCustomPolicyCommand({ ...two, MaxItems: 1, Marker: first.Marker }),
  );
  assert.deepEqual(
    decisionsOf([...(first.EvaluationResults ?? []), ...(second.EvaluationResults ?? [])]),
    two.ActionNames.map((action) => [action, '*', 'allowed']),
  );
  await talk.refuses(
    new iam.SimulateCustomPolicyCommand({ ...two, ResourceArns: ['photos'] }),
    iam.InvalidInputException,
    'ResourceNames are not in a valid ARN format: photos.',
  );
}

/** What there is to start an instance with. */
const startInstance = {
  ActionNames: ['ec2:RunInstances'],
  ResourceArns: ['arn:aws:ec2:us-east-1:123456789012:instance/*'],
  ResourceHandlingOption: 'EC2-VPC-EBS',
};

async function principal(talk: Talk): Promise<void> {
  const PolicySourceArn = talk.arn(`user/${UserName}`);
  await talk.call(
    new iam.CreateUserCommand({ UserName, Tags: [{ Key: 'team', Value: 'photos' }] }),
  );
  await talk.does(
    new iam.PutUserPolicyCommand({ UserName, PolicyName: 'team', PolicyDocument: ofTeam }),
  );
  await talk.answers(
    new iam.GetContextKeysForPrincipalPolicyCommand({
      PolicySourceArn,
      PolicyInputList: [everything],
    }),
    { ContextKeyNames: ['aws:PrincipalTag/team'] },
  );
  const asked = {
    PolicySourceArn,
    ActionNames: ['s3:GetObject', 's3:PutObject'],
    ResourceArns: [object],
    ContextEntries: [team],
  };
  const source = 'user_simulated_team';
  const { EvaluationResults } = await talk.call(
    new iam.SimulatePrincipalPolicyCommand({
      ...asked,
      PolicyInputList: [policyOf({ Effect: 'Deny', Action: 's3:PutObject', Resource: '*' })],
      PermissionsBoundaryPolicyInputList: [everything],
      CallerArn: PolicySourceArn,
    }),
  );
  assert.deepEqual(decisionsOf(EvaluationResults), [
    ['s3:GetObject', object, 'allowed'],
    ['s3:PutObject', object, 'explicitDeny'],
  ]);
  const [allowed] = EvaluationResults ?? [];
  assert.deepEqual(
    allowed?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId),
    [source],
  );
  await excluded(talk, asked);
  const nobody = talk.arn('user/nobody');
  await talk.misses(
    'Unable to retrieve specified IAM entity.',
    new iam.SimulatePrincipalPolicyCommand({ ...asked, PolicySourceArn: nobody }),
    new iam.GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn: nobody }),
  );
  await talk.does(
    new iam.DeleteUserPolicyCommand({ UserName, PolicyName: 'team' }),
    new iam.DeleteUserCommand({ UserName }),
  );
}

/** With what the resource says alone, and in pages. */
async function excluded(talk: Talk, asked: iam.SimulatePrincipalPolicyCommandInput): Promise<void> {
  const { EvaluationResults } = await talk.call(
    new iam.SimulatePrincipalPolicyCommand({
      ...asked,
      PolicyExclusionList: [{ PolicyType: 'inline' }],
      ResourcePolicy: policyOf({
        Effect: 'Allow',
        Principal: { AWS: asked.PolicySourceArn },
        Action: 's3:PutObject',
        Resource: object,
      }),
      ResourceOwner: talk.arn('root'),
      CallerArn: asked.PolicySourceArn,
    }),
  );
  assert.deepEqual(decisionsOf(EvaluationResults), [
    ['s3:GetObject', object, 'implicitDeny'],
    ['s3:PutObject', object, 'allowed'],
  ]);
  const { EvaluationResults: started } = await talk.call(
    new iam.SimulatePrincipalPolicyCommand({ ...asked, ...startInstance }),
  );
  assert.equal(started?.[0]?.EvalDecision, 'implicitDeny');
  const page = await talk.call(new iam.SimulatePrincipalPolicyCommand({ ...asked, MaxItems: 1 }));
  const rest = await talk.call(
    new iam.SimulatePrincipalPolicyCommand({ ...asked, Marker: page.Marker }),
  );
  assert.deepEqual(
    [page.IsTruncated, ...decisionsOf(rest.EvaluationResults)],
    [true, ['s3:PutObject', object, 'allowed']],
  );
}
