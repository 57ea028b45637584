import {
  type AnswerCases,
  attached,
  dave,
  developers,
  documentIn,
  dRole,
  two,
} from './answer-case.ts';

export const policyOfEntityAnswers: AnswerCases = {
  GetGroupPolicy: {
    input: () => ({ ...developers, ...two }),
    expect: { document: 'arn:aws:s3:::ACCOUNT-Developers-two' },
    read: documentIn,
  },
  GetRolePolicy: {
    input: () => ({ ...dRole, ...two }),
    expect: { document: 'arn:aws:s3:::ACCOUNT-DRole-two' },
    read: documentIn,
  },
  GetUserPolicy: {
    input: () => ({ ...dave, ...two }),
    expect: { document: 'arn:aws:s3:::ACCOUNT-dave-two' },
    read: documentIn,
  },
  ListAttachedGroupPolicies: {
    input: () => developers,
    expect: attached,
    lists: ['AttachedPolicies'],
  },
  ListAttachedRolePolicies: { input: () => dRole, expect: attached, lists: ['AttachedPolicies'] },
  ListAttachedUserPolicies: { input: () => dave, expect: attached, lists: ['AttachedPolicies'] },
  ListGroupPolicies: {
    input: () => developers,
    expect: { PolicyNames: ['one', 'two'] },
    lists: ['PolicyNames'],
  },
  ListRolePolicies: {
    input: () => dRole,
    expect: { PolicyNames: ['one', 'two'] },
    lists: ['PolicyNames'],
  },
  ListUserPolicies: {
    input: () => dave,
    expect: { PolicyNames: ['one', 'two'] },
    lists: ['PolicyNames'],
  },
};
