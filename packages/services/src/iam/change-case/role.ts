import { roleTrustPolicy } from '../testing.ts';
import { type ChangeCases, dRole, ofDRole } from './change-case.ts';

const trustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111111111111:user/d/dave' },
    Action: 'sts:AssumeRole',
  },
});

export const roleChanges: ChangeCases = {
  CreateRole: {
    input: () => ({
      RoleName: 'new',
      AssumeRolePolicyDocument: roleTrustPolicy,
      Tags: [{ Key: 'of', Value: 'new' }],
    }),
    rows: { iam_role: '-0 +1', iam_tag: '-0 +1' },
    change: ['role', 'new'],
  },
  DeleteRole: {
    input: () => ({ RoleName: 'IDLEROLE' }),
    rows: { iam_role: '-1 +0', iam_tag: '-1 +0', iam_last_accessed: '-1 +0' },
    of: 'role IdleRole',
    change: ['role', 'role IdleRole'],
  },
  TagRole: {
    input: () => ({ ...dRole, Tags: [{ Key: 'OF', Value: 'new' }] }),
    rows: { iam_tag: '-1 +1' },
    ...ofDRole,
  },
  UntagRole: {
    input: () => ({ ...dRole, TagKeys: ['OF'] }),
    rows: { iam_tag: '-1 +0' },
    ...ofDRole,
  },
  UpdateAssumeRolePolicy: {
    input: () => ({ ...dRole, PolicyDocument: trustPolicy }),
    rows: { iam_role: '-1 +1' },
    ...ofDRole,
  },
  UpdateRole: {
    input: () => ({ ...dRole, MaxSessionDuration: 7200 }),
    rows: { iam_role: '-1 +1' },
    ...ofDRole,
  },
  UpdateRoleDescription: {
    input: () => ({ ...dRole, Description: 'new' }),
    rows: { iam_role: '-1 +1' },
    ...ofDRole,
  },
};
