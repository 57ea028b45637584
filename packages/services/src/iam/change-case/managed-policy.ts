import { type ChangeCases, document, ofPhotos, photos, unused } from './change-case.ts';

export const managedPolicyChanges: ChangeCases = {
  CreatePolicy: {
    input: (world) => ({
      PolicyName: 'new',
      ...document(world),
      Tags: [{ Key: 'of', Value: 'new' }],
    }),
    rows: { iam_policy: '-0 +1', iam_policy_version: '-0 +1', iam_tag: '-0 +1' },
    change: ['managedPolicy', 'new'],
  },
  CreatePolicyVersion: {
    input: (world) => ({ ...photos(world), ...document(world) }),
    rows: { iam_policy: '-1 +1', iam_policy_version: '-0 +1' },
    ...ofPhotos,
  },
  DeletePolicy: {
    input: unused,
    rows: { iam_policy: '-1 +0', iam_policy_version: '-1 +0', iam_tag: '-2 +0' },
    of: 'policy unused',
    change: ['managedPolicy', 'arn unused'],
  },
  DeletePolicyVersion: {
    input: (world) => ({ ...photos(world), VersionId: 'v2' }),
    rows: { iam_policy_version: '-1 +0' },
    ...ofPhotos,
  },
  SetDefaultPolicyVersion: {
    input: (world) => ({ ...photos(world), VersionId: 'v2' }),
    rows: { iam_policy: '-1 +1' },
    ...ofPhotos,
  },
  TagPolicy: {
    input: (world) => ({ ...photos(world), Tags: [{ Key: 'of', Value: 'new' }] }),
    rows: { iam_tag: '-1 +1' },
    ...ofPhotos,
  },
  UntagPolicy: {
    input: (world) => ({ ...photos(world), TagKeys: ['of'] }),
    rows: { iam_tag: '-1 +0' },
    ...ofPhotos,
  },
};
