import {
  type ChangeCases,
  dave,
  developers,
  document,
  ofDave,
  ofDevelopers,
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
  PutUserPolicy: {
    input: (world) => ({ ...dave, ...one, ...document(world) }),
    rows: { iam_inline_policy: '-1 +1' },
    ...ofDave,
  },
};
