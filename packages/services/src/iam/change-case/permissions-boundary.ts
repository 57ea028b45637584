import { type ChangeCases, dave, dRole, leaver, ofDave, ofDRole, ofLeaver } from './change-case.ts';

const readOnly = { PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };

export const permissionsBoundaryChanges: ChangeCases = {
  DeleteRolePermissionsBoundary: {
    input: () => dRole,
    rows: { iam_role: '-1 +1' },
    ...ofDRole,
  },
  DeleteUserPermissionsBoundary: {
    input: () => leaver,
    rows: { iam_user: '-1 +1' },
    ...ofLeaver,
  },
  PutRolePermissionsBoundary: {
    input: () => ({ ...dRole, ...readOnly }),
    rows: { iam_role: '-1 +1' },
    ...ofDRole,
  },
  PutUserPermissionsBoundary: {
    input: () => ({ ...dave, ...readOnly }),
    rows: { iam_user: '-1 +1' },
    ...ofDave,
  },
};
