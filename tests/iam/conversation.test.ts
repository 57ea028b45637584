/**
 * Every operation of IAM through the SDK's own commands: what was asked for comes back, member by
 * member, and what is refused comes as the exception that the SDK has for it. An operation is added
 * in the file of its family; what is not said of it is missing in the last tests here.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { models } from '@carnet/wire';
import { type StartedServer, startServer } from '../started-server.ts';
import { accountConversation } from './conversation/account.ts';
import { accountSettingConversation } from './conversation/account-setting.ts';
import { federationConversation } from './conversation/federation.ts';
import { groupConversation } from './conversation/group.ts';
import { instanceProfileConversation } from './conversation/instance-profile.ts';
import { keyOfUserConversation } from './conversation/key-of-user.ts';
import { managedPolicyConversation } from './conversation/managed-policy.ts';
import { mfaDeviceConversation } from './conversation/mfa-device.ts';
import { oidcProviderConversation } from './conversation/oidc-provider.ts';
import { permissionsBoundaryConversation } from './conversation/permissions-boundary.ts';
import { policyOfEntityConversation } from './conversation/policy-of-entity.ts';
import { policySimulationConversation } from './conversation/policy-simulation.ts';
import { reportConversation } from './conversation/report.ts';
import { roleConversation } from './conversation/role.ts';
import { samlProviderConversation } from './conversation/saml-provider.ts';
import { serverCertificateConversation } from './conversation/server-certificate.ts';
import { serviceLinkedRoleConversation } from './conversation/service-linked-role.ts';
import { type Conversation, openTalk, type Talk } from './conversation/talk.ts';
import { userConversation } from './conversation/user.ts';
import { userCredentialConversation } from './conversation/user-credential.ts';
import { neverAnswered, noRequest, served } from './served.ts';

const conversations: Readonly<Record<string, Conversation>> = {
  users: userConversation,
  groups: groupConversation,
  'access keys and passwords': userCredentialConversation,
  'certificates, SSH keys and service-specific credentials': keyOfUserConversation,
  'server certificates': serverCertificateConversation,
  'managed policies': managedPolicyConversation,
  'policies of users and groups': policyOfEntityConversation,
  roles: roleConversation,
  'permissions boundaries': permissionsBoundaryConversation,
  'instance profiles': instanceProfileConversation,
  'service-linked roles': serviceLinkedRoleConversation,
  'simulated policies': policySimulationConversation,
  'MFA devices': mfaDeviceConversation,
  'OpenID Connect providers': oidcProviderConversation,
  'SAML providers': samlProviderConversation,
  federation: federationConversation,
  reports: reportConversation,
  'the account': accountConversation,
  'settings of the account': accountSettingConversation,
};

/** Nothing that a caller who may call them could ask for is wrong. */
const neverRefused: ReadonlySet<string> = new Set([
  'GenerateCredentialReport',
  'GetAccountSummary',
  'ListOpenIDConnectProviders',
  'ListSAMLProviders',
  'SetSecurityTokenServicePreferences',
  'UpdateAccountPasswordPolicy',
]);

/** Members that no conversation can say or hear, with the reason. */
const unsaid: Readonly<Record<string, string>> = {
  'GetServiceLinkedRoleDeletionStatus answers Reason': 'no service uses a role, so none is kept',
  'ListDelegationRequests sends Marker': noRequest,
  'ListDelegationRequests answers Marker': noRequest,
  'GetMFADevice answers Certifications': 'a virtual device has none',
  'ListAccountAliases sends Marker': 'an account has one alias',
  'ListAccountAliases answers Marker': 'an account has one alias',
};

const model = models.iam;
const operations = [...served];

function membersOf(shapeName: string | undefined): string[] {
  const shape = model.shapes[shapeName ?? ''];
  return shape?.type === 'structure' ? Object.keys(shape.members) : [];
}

describe('IAM with the AWS SDK', () => {
  let server: StartedServer;
  let talk: Talk;
  before(async () => {
    server = await startServer();
    talk = openTalk(server, server.credentials());
  });
  after(async () => {
    talk?.close();
    assert.equal(await server?.stop(), 0);
  });

  for (const [family, conversation] of Object.entries(conversations)) {
    it(family, async () => await conversation(talk));
  }

  it('every operation was called with success, but for those that nobody can', () => {
    const unanswered = operations.filter((name) => (talk.heard.get(name)?.calls ?? 0) === 0);
    assert.deepEqual(
      unanswered.toSorted(),
      Object.keys(neverAnswered).toSorted(),
      'say it in its file of tests/iam/conversation/',
    );
  });

  it('every operation was refused, but for those that never are', () => {
    const unrefused = operations.filter((name) => (talk.heard.get(name)?.refusals ?? 0) === 0);
    assert.deepEqual(unrefused.toSorted(), [...neverRefused].toSorted());
  });

  it('every member was sent, and every member of an answer came', () => {
    const spoken = operations.filter((name) => !Object.hasOwn(neverAnswered, name));
    const missing = spoken.flatMap((name) => {
      const { sent, answered } = talk.heard.get(name) ?? { sent: new Set(), answered: new Set() };
      const { input, output } = model.operations[name] ?? {};
      return [
        ...membersOf(input)
          .filter((member) => !sent.has(member))
          .map((member) => `${name} sends ${member}`),
        ...membersOf(output)
          .filter((member) => !answered.has(member))
          .map((member) => `${name} answers ${member}`),
      ];
    });
    assert.deepEqual(missing.toSorted(), Object.keys(unsaid).toSorted());
  });
});
