import { type Answer, type AnswerCases, strings } from './answer-case.ts';

const ofDave = {
  PolicySourceArn: 'arn:aws:iam::111111111111:user/d/dave',
  ActionNames: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 'iam:GetUser'],
};

const asked = (account: string) => ({
  ResourceArns: [
    `arn:aws:s3:::${account}-dave-one`,
    `arn:aws:s3:::${account}-Developers-two`,
    `arn:aws:s3:::${account}-Photos-v1`,
    'arn:aws:s3:::222222222222-dave-one',
  ],
});

/** The decisions of the first action, each with the policies that made it. */
const decisionsIn = (answer: Answer) => {
  const [first] = answer.EvaluationResults as Answer[];
  const results = first?.ResourceSpecificResults as Answer[];
  return {
    decisions: strings(results, 'EvalResourceDecision'),
    sources: results.map(({ MatchedStatements: matched = [] }) =>
      strings(matched, 'SourcePolicyId'),
    ),
  };
};

const document = (key: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::photos/*',
      Condition: { StringEquals: { [key]: 'red' } },
    },
  });

export const policySimulationAnswers: AnswerCases = {
  GetContextKeysForCustomPolicy: {
    input: () => ({ PolicyInputList: [document('aws:PrincipalTag/team')] }),
    expect: { ContextKeyNames: ['aws:PrincipalTag/team'] },
  },
  GetContextKeysForPrincipalPolicy: {
    input: () => ({ ...ofDave, PolicyInputList: [document('aws:RequestTag/team')] }),
    expect: { ContextKeyNames: ['aws:RequestTag/team'] },
  },
  SimulateCustomPolicy: {
    input: () => ({ PolicyInputList: [document('aws:PrincipalTag/team')], ...ofDave }),
    expect: { keys: ['aws:PrincipalTag/team'] },
    lists: ['EvaluationResults'],
    read: (answer) => {
      const [first] = answer.EvaluationResults as Answer[];
      return { keys: first?.MissingContextValues };
    },
  },
  SimulatePrincipalPolicy: {
    input: ({ first }) => ({ ...ofDave, ...asked(first.accountId) }),
    expect: {
      decisions: ['allowed', 'allowed', 'allowed', 'implicitDeny'],
      sources: [['user_dave_one'], ['group_Developers_two'], ['Photos'], []],
    },
    lists: ['EvaluationResults'],
    read: decisionsIn,
  },
};
