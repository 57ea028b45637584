import type { OperationTable } from '../operation.ts';
import {
  createAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  listAccessKeys,
  updateAccessKey,
} from './access-key.ts';
import { getAccountSummary } from './account-summary.ts';
import {
  attachGroupPolicy,
  attachUserPolicy,
  detachGroupPolicy,
  detachUserPolicy,
  listAttachedGroupPolicies,
  listAttachedRolePolicies,
  listAttachedUserPolicies,
} from './attached-policy.ts';
import { createGroup, deleteGroup, getGroup, listGroups, updateGroup } from './group.ts';
import { addUserToGroup, listGroupsForUser, removeUserFromGroup } from './group-membership.ts';
import {
  deleteGroupPolicy,
  deleteUserPolicy,
  getGroupPolicy,
  getRolePolicy,
  getUserPolicy,
  listGroupPolicies,
  listRolePolicies,
  listUserPolicies,
  putGroupPolicy,
  putUserPolicy,
} from './inline-policy.ts';
import {
  changePassword,
  createLoginProfile,
  deleteLoginProfile,
  getLoginProfile,
  updateLoginProfile,
} from './login-profile.ts';
import { createPolicy, deletePolicy, getPolicy, listPolicies } from './managed-policy.ts';
import { listEntitiesForPolicy } from './policy-entity.ts';
import {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from './policy-version.ts';
import { getRole, listRoles } from './role.ts';
import {
  listPolicyTags,
  listRoleTags,
  listUserTags,
  tagPolicy,
  tagUser,
  untagPolicy,
  untagUser,
} from './tag.ts';
import { createUser, deleteUser, getUser, listUsers, updateUser } from './user.ts';

/** The operations of IAM that are served, by AWS's names. */
export const iamOperations: OperationTable = {
  AddUserToGroup: addUserToGroup,
  AttachGroupPolicy: attachGroupPolicy,
  AttachUserPolicy: attachUserPolicy,
  ChangePassword: changePassword,
  CreateAccessKey: createAccessKey,
  CreateGroup: createGroup,
  CreateLoginProfile: createLoginProfile,
  CreatePolicy: createPolicy,
  CreatePolicyVersion: createPolicyVersion,
  CreateUser: createUser,
  DeleteAccessKey: deleteAccessKey,
  DeleteGroup: deleteGroup,
  DeleteGroupPolicy: deleteGroupPolicy,
  DeleteLoginProfile: deleteLoginProfile,
  DeletePolicy: deletePolicy,
  DeletePolicyVersion: deletePolicyVersion,
  DeleteUser: deleteUser,
  DeleteUserPolicy: deleteUserPolicy,
  DetachGroupPolicy: detachGroupPolicy,
  DetachUserPolicy: detachUserPolicy,
  GetAccessKeyLastUsed: getAccessKeyLastUsed,
  GetAccountSummary: getAccountSummary,
  GetGroup: getGroup,
  GetGroupPolicy: getGroupPolicy,
  GetLoginProfile: getLoginProfile,
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  GetRole: getRole,
  GetRolePolicy: getRolePolicy,
  GetUser: getUser,
  GetUserPolicy: getUserPolicy,
  ListAccessKeys: listAccessKeys,
  ListAttachedGroupPolicies: listAttachedGroupPolicies,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  ListAttachedUserPolicies: listAttachedUserPolicies,
  ListEntitiesForPolicy: listEntitiesForPolicy,
  ListGroupPolicies: listGroupPolicies,
  ListGroups: listGroups,
  ListGroupsForUser: listGroupsForUser,
  ListPolicies: listPolicies,
  ListPolicyTags: listPolicyTags,
  ListPolicyVersions: listPolicyVersions,
  ListRolePolicies: listRolePolicies,
  ListRoles: listRoles,
  ListRoleTags: listRoleTags,
  ListUserPolicies: listUserPolicies,
  ListUsers: listUsers,
  ListUserTags: listUserTags,
  PutGroupPolicy: putGroupPolicy,
  PutUserPolicy: putUserPolicy,
  RemoveUserFromGroup: removeUserFromGroup,
  SetDefaultPolicyVersion: setDefaultPolicyVersion,
  TagPolicy: tagPolicy,
  TagUser: tagUser,
  UntagPolicy: untagPolicy,
  UntagUser: untagUser,
  UpdateAccessKey: updateAccessKey,
  UpdateGroup: updateGroup,
  UpdateLoginProfile: updateLoginProfile,
  UpdateUser: updateUser,
};
