import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompiledPolicy } from '../compile/compiled-policy.ts';
import type { Decision } from '../decision.ts';
import type { PolicyType } from '../policy-type.ts';
import {
  ACCOUNT,
  ANONYMOUS,
  compiled,
  DAVE,
  EC2,
  OTHER_ACCOUNT,
  PHOTO_APP,
} from '../test-support.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { denialMessage } from './denial-message.ts';

const REQUEST: AuthorizationRequest = {
  principal: DAVE,
  action: 's3:DeleteObject',
  resource: 'arn:aws:s3:::photos/pic.jpg',
  resourceAccount: ACCOUNT,
  context: new Map(),
};
const HEAD =
  'User: arn:aws:iam::111122223333:user/staff/dave is not authorized to perform: ' +
  's3:DeleteObject on resource: arn:aws:s3:::photos/pic.jpg';

function stopped(stoppedBy: PolicyType, denying?: CompiledPolicy): Decision {
  return {
    decision: denying === undefined ? 'implicitDeny' : 'explicitDeny',
    matchedStatements: denying === undefined ? [] : [{ policy: denying, statementIndex: 0 }],
    stoppedBy,
    missingContextValues: [],
  };
}

function denying(type: PolicyType, arn?: string): CompiledPolicy {
  const names = type === 'resource' || type === 'resourceControl' || type === 'vpcEndpoint';
  const statement = { Effect: 'Deny', Action: 's3:*', Resource: '*' };
  const policy = compiled(
    type === 'trust' ? 'resource' : type,
    names || type === 'trust' ? { ...statement, Principal: '*' } : statement,
  );
  return { ...policy, source: { type, name: 'x', ...(arn === undefined ? {} : { arn }) } };
}

const ROWS: readonly (readonly [PolicyType, string, string])[] = [
  [
    'identity',
    'because no identity-based policy allows the s3:DeleteObject action',
    'with an explicit deny in an identity-based policy',
  ],
  [
    'resource',
    'because no resource-based policy allows the s3:DeleteObject action',
    'with an explicit deny in a resource-based policy',
  ],
  [
    'permissionsBoundary',
    'because no permissions boundary allows the s3:DeleteObject action',
    'with an explicit deny in a permissions boundary',
  ],
  [
    'session',
    'because no session policy allows the s3:DeleteObject action',
    'with an explicit deny in a session policy',
  ],
  [
    'serviceControl',
    'because no service control policy allows the s3:DeleteObject action',
    'with an explicit deny in a service control policy',
  ],
  [
    'resourceControl',
    'because no resource control policy allows the s3:DeleteObject action',
    'with an explicit deny in a resource control policy',
  ],
  [
    'vpcEndpoint',
    'because no VPC endpoint policy allows the s3:DeleteObject action',
    'with an explicit deny in a VPC endpoint policy',
  ],
  [
    'trust',
    'because no role trust policy allows the s3:DeleteObject action',
    'with an explicit deny in the role trust policy',
  ],
];

test('the sentence of every kind of policy', () => {
  for (const [type, implicit, explicit] of ROWS) {
    assert.equal(denialMessage(REQUEST, stopped(type)), `${HEAD} ${implicit}`);
    assert.equal(denialMessage(REQUEST, stopped(type, denying(type))), `${HEAD} ${explicit}`);
  }
});

test('S3 quotes the resource', () => {
  assert.equal(
    denialMessage(REQUEST, stopped('identity'), { quoteResource: true }),
    'User: arn:aws:iam::111122223333:user/staff/dave is not authorized to perform: ' +
      's3:DeleteObject on resource: "arn:aws:s3:::photos/pic.jpg" ' +
      'because no identity-based policy allows the s3:DeleteObject action',
  );
});

test('a managed policy that denies is named, an inline one cannot be', () => {
  const arn = `arn:aws:iam::${ACCOUNT}:policy/no-deletes`;
  const sentence = `${HEAD} with an explicit deny in an identity-based policy`;
  const aws = 'arn:aws:iam::aws:policy/AWSDenyAll';
  assert.equal(
    denialMessage(REQUEST, stopped('identity', denying('identity', arn))),
    `${sentence}: ${arn}`,
  );
  assert.equal(
    denialMessage(REQUEST, stopped('identity', denying('identity', aws))),
    `${sentence}: ${aws}`,
  );
  assert.equal(denialMessage(REQUEST, stopped('identity', denying('identity'))), sentence);
});

test('the ARN is that of the first policy that denied, wherever that policy hangs', () => {
  const decision = stopped('identity', denying('identity', `arn:aws:iam::${ACCOUNT}:policy/b`));
  const later = {
    policy: denying('identity', `arn:aws:iam::${ACCOUNT}:policy/c`),
    statementIndex: 0,
  };
  const several = { ...decision, matchedStatements: [...decision.matchedStatements, later] };
  assert.match(denialMessage(REQUEST, several), /: arn:aws:iam::111122223333:policy\/b$/);
  const managed = denying('identity', `arn:aws:iam::${ACCOUNT}:policy/limit`);
  const asBoundary = denialMessage(REQUEST, stopped('permissionsBoundary', managed));
  assert.match(asBoundary, /in a permissions boundary: arn:aws:iam::111122223333:policy\/limit$/);
});

test("another account's policy is named to nobody, nor any policy to a service", () => {
  const foreign = denying('identity', `arn:aws:iam::${OTHER_ACCOUNT}:policy/no-deletes`);
  const sentence = `${HEAD} with an explicit deny in an identity-based policy`;
  assert.equal(denialMessage(REQUEST, stopped('identity', foreign)), sentence);
  const aws = denying('resource', 'arn:aws:iam::aws:policy/AWSDenyAll');
  const service = denialMessage({ ...REQUEST, principal: EC2 }, stopped('resource', aws));
  assert.match(service, /with an explicit deny in a resource-based policy$/);
});

test('policies of an organization are named to its members only', () => {
  const scp = 'arn:aws:organizations::999988887777:policy/o-1/service_control_policy/p-1';
  const rcp = 'arn:aws:organizations::999988887777:policy/o-1/resource_control_policy/p-2';
  const named = denialMessage(REQUEST, stopped('serviceControl', denying('serviceControl', scp)));
  assert.ok(named.endsWith(`: ${scp}`), named);
  const decision = stopped('resourceControl', denying('resourceControl', rcp));
  const stranger = { ...REQUEST, resourceAccount: OTHER_ACCOUNT };
  const sentence = `${HEAD} with an explicit deny in a resource control policy`;
  assert.equal(denialMessage(stranger, decision), sentence);
  assert.equal(denialMessage(REQUEST, decision), `${sentence}: ${rcp}`);
  const keys = (own: string, theirs: string) =>
    new Map([
      ['aws:principalorgid', own],
      ['aws:resourceorgid', theirs],
    ]);
  assert.equal(denialMessage({ ...stranger, context: keys('o-2', 'o-1') }, decision), sentence);
  const member = { ...stranger, context: keys('o-1', 'o-1') };
  assert.equal(denialMessage(member, decision), `${sentence}: ${rcp}`);
  // Whoever is in no organization is not in the same one as somebody else who is in none.
  assert.equal(denialMessage({ ...stranger, context: keys('', '') }, decision), sentence);
});

test('callers are named by their ARN, services by their name, and anonymous callers told nothing', () => {
  const session = denialMessage({ ...REQUEST, principal: PHOTO_APP }, stopped('identity'));
  assert.ok(
    session.startsWith(`User: ${PHOTO_APP.kind === 'assumedRole' && PHOTO_APP.arn} is not`),
  );
  const service = denialMessage({ ...REQUEST, principal: EC2 }, stopped('resource'));
  assert.ok(service.startsWith('User: ec2.amazonaws.com is not authorized'));
  assert.equal(
    denialMessage({ ...REQUEST, principal: ANONYMOUS }, stopped('resource')),
    'Access Denied',
  );
});
