import * as iam from '@aws-sdk/client-iam';
import { type Conversation, policyOf, readPhotos } from './talk.ts';

/** What somebody could do, and which condition keys decide it. */
export const policySimulationConversation: Conversation = async (talk) => {
  const dave = talk.arn('user/dave');
  const picture = 'arn:aws:s3:::photos/pic.jpg';
  const team = { StringEquals: { 'aws:PrincipalTag/team': 'photos' } };
  const ofTeam = policyOf({ Effect: 'Allow', Action: '*', Resource: '*', Condition: team });
  await talk.call(new iam.CreateUserCommand({ UserName: 'dave' }));
  await talk.does(
    new iam.PutUserPolicyCommand({
      UserName: 'dave',
      PolicyName: 'read',
      PolicyDocument: readPhotos,
    }),
  );
  await talk.answers(
    new iam.GetContextKeysForCustomPolicyCommand({ PolicyInputList: [ofTeam, readPhotos] }),
    { ContextKeyNames: ['aws:PrincipalTag/team'] },
  );
  await talk.answers(
    new iam.GetContextKeysForPrincipalPolicyCommand({
      PolicySourceArn: dave,
      PolicyInputList: [ofTeam],
    }),
    { ContextKeyNames: ['aws:PrincipalTag/team'] },
  );

  const hanging = policyOf({
    Effect: 'Allow',
    Principal: { AWS: dave },
    Action: 's3:*',
    Resource: 'arn:aws:s3:::photos/*',
  });
  const common = {
    ActionNames: ['s3:GetObject', 's3:PutObject'],
    ResourceArns: [picture],
    ResourcePolicy: hanging,
    ResourceOwner: 'arn:aws:iam::999999999999:root',
    CallerArn: dave,
    PermissionsBoundaryPolicyInputList: [policyOf({ Effect: 'Allow', Action: '*', Resource: '*' })],
    ContextEntries: [
      {
        ContextKeyName: 'aws:PrincipalTag/team',
        ContextKeyType: 'string' as const,
        ContextKeyValues: ['photos'],
      },
    ],
  };
  const matched = (SourcePolicyId: string, SourcePolicyType: string, Column: number) => ({
    SourcePolicyId,
    SourcePolicyType,
    StartPosition: { Line: 1, Column: 38 },
    EndPosition: { Line: 1, Column },
  });
  const ofPolicy = (id: string) => [
    matched('ResourcePolicy', 'Resource Policy', 38 + hanging.length - 39),
    matched(id, 'IAM Policy', 38 + readPhotos.length - 39),
  ];
  const details = {
    'IAM Policy': 'allowed',
    'Permissions Boundary Policy': 'allowed',
    'Resource Policy': 'allowed',
  };
  const bounded = { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true } };
  const result = (id: string) => ({
    EvalActionName: 's3:GetObject',
    EvalResourceName: picture,
    EvalDecision: 'allowed',
    MatchedStatements: ofPolicy(id),
    MissingContextValues: [],
    ...bounded,
    EvalDecisionDetails: details,
    ResourceSpecificResults: [
      {
        EvalResourceName: picture,
        EvalResourceDecision: 'allowed',
        MatchedStatements: ofPolicy(id),
        EvalDecisionDetails: details,
        ...bounded,
      },
    ],
  });

  const scp = policyOf({ Effect: 'Allow', Action: '*', Resource: '*' });
  const custom = {
    ...common,
    PolicyInputList: [readPhotos],
    OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [scp] }],
    MaxItems: 1,
  };
  const { Marker } = await talk.answers(new iam.SimulateCustomPolicyCommand(custom), {
    EvaluationResults: [
      {
        ...result('PolicyInputList.1'),
        OrganizationsDecisionDetail: { AllowedByOrganizations: true },
      },
    ],
    IsTruncated: true,
    Marker: /./,
  });
  const next = await talk.call(new iam.SimulateCustomPolicyCommand({ ...custom, Marker }));
  const [put] = next.EvaluationResults ?? [];
  if (put?.EvalDecision !== 'implicitDeny') throw new Error(JSON.stringify(put));
  await talk.call(
    new iam.SimulateCustomPolicyCommand({
      PolicyInputList: [readPhotos],
      ActionNames: ['ec2:RunInstances'],
      ResourceArns: [`arn:aws:ec2:us-east-1:${talk.accountId}:instance/i-1`],
      ResourceHandlingOption: 'EC2-VPC-EBS',
    }),
  );

  const ofDave = {
    ...common,
    PolicySourceArn: dave,
    PolicyInputList: [ofTeam],
    PolicyExclusionList: [{ PolicyType: 'user-managed' as const }],
    ContextEntries: [],
    MaxItems: 1,
  };
  const page = await talk.answers(new iam.SimulatePrincipalPolicyCommand(ofDave), {
    EvaluationResults: [result('user_dave_read')],
    IsTruncated: true,
    Marker: /./,
  });
  await talk.call(
    new iam.SimulatePrincipalPolicyCommand({
      ...ofDave,
      ActionNames: ['ec2:RunInstances', 'ec2:RunInstances'],
      ResourceHandlingOption: 'EC2-VPC-EBS',
      Marker: page.Marker,
    }),
  );

  const noPolicy = { PolicyInputList: ['{'] };
  const invalid = 'Policy input list item 1 has invalid content';
  await talk.refuses(
    new iam.GetContextKeysForCustomPolicyCommand(noPolicy),
    iam.InvalidInputException,
    invalid,
  );
  await talk.refuses(
    new iam.SimulateCustomPolicyCommand({ ...noPolicy, ActionNames: ['s3:GetObject'] }),
    iam.InvalidInputException,
    invalid,
  );
  const nobody = { PolicySourceArn: talk.arn('user/none') };
  await talk.misses(
    'Unable to retrieve specified IAM entity.',
    new iam.GetContextKeysForPrincipalPolicyCommand(nobody),
    new iam.SimulatePrincipalPolicyCommand({ ...nobody, ActionNames: ['s3:GetObject'] }),
  );
  await talk.does(
    new iam.DeleteUserPolicyCommand({ UserName: 'dave', PolicyName: 'read' }),
    new iam.DeleteUserCommand({ UserName: 'dave' }),
  );
};
