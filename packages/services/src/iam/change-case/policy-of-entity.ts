import {
  type ChangeCases,
  dave,
  developers,
  document,
  dRole,
  ofDave,
  ofDevelopers,
  ofDRole,
  one,
  photos,
  zoo,
} from './change-case.ts';

export const policyOfEntityChanges: ChangeCases = {
  AttachGroupPolicy: {
    input: (world) => ({ ...developers, ...zoo(world) }),
    rows: { iam_attached_policy: '-0 +1' },
    ...ofDevelopers,
  },
  AttachRolePolicy: {
    input: (world) => ({ ...dRole, ...zoo(world) }),
    rows: { iam_attached_policy: '-0 +1' },
    ...ofDRole,
  },
  AttachUserPolicy: {
    input: (world) => ({ ...dave, ...zoo(world) }),
    rows: { iam_attached_policy: '-0 +1' },
    ...ofDave,
  },
  DeleteGroupPolicy: {
    input: () => ({ ...developers, ...one }),
    rows: { iam_inline_policy: '-1 +0' },
    ...ofDevelopers,
  },
  DeleteRolePolicy: {
    input: () => ({ ...dRole, ...one }),
    rows: { iam_inline_policy: '-1 +0' },
    ...ofDRole,
  },
  DeleteUserPolicy: {
    input: () => ({ ...dave, ...one }),
    rows: { iam_inline_policy: '-1 +0' },
    ...ofDave,
  },
  DetachGroupPolicy: {
    input: (world) => ({ ...developers, ...photos(world) }),
    rows: { iam_attached_policy: '-1 +0' },
    ...ofDevelopers,
  },
  DetachRolePolicy: {
    input: (world) => ({ ...dRole, ...photos(world) }),
    rows: { iam_attached_policy: '-1 +0' },
    ...ofDRole,
  },
  DetachUserPolicy: {
    input: (world) => ({ ...dave, ...photos(world) }),
    rows: { iam_attached_policy: '-1 +0' },
    ...ofDave,
  },
  PutGroupPolicy: {
    input: (world) => ({ ...developers, ...one, ...document(world) }),
    rows: { iam_inline_policy: '-1 +1' },
    ...ofDevelopers,
  },
  PutRolePolicy: {
    input: (world) => ({ ...dRole, ...one, ...document(world) }),
    rows: { iam_inline_policy: '-1 +1' },
    ...ofDRole,
  },
  PutUserPolicy: {
    input: (world) => ({ ...dave, ...one, ...document(world) }),
    rows: { iam_inline_policy: '-1 +1' },
    ...ofDave,
  },
};
