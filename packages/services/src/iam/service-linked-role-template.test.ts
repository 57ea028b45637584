import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAwsManagedPolicy } from './aws-managed-policies.ts';
import {
  findServiceLinkedRoleTemplate,
  listServiceLinkedRoleServices,
  nameOfServiceLinkedRole,
  type ServiceLinkedRoleTemplate,
} from './service-linked-role-template.ts';

function requireTemplate(service: string): ServiceLinkedRoleTemplate {
  const template = findServiceLinkedRoleTemplate(service);
  assert.ok(template, service);
  return template;
}

test('every template has a name that a role may have, and a policy of AWS’s', () => {
  const services = listServiceLinkedRoleServices();
  assert.ok(services.length > 200);
  for (const service of services) {
    const template = requireTemplate(service);
    assert.equal(template.service, service);
    assert.match(template.roleName, /^AWSServiceRoleFor[\w-]{2,47}$/, service);
    assert.ok(findAwsManagedPolicy(template.policyArn), template.policyArn);
  }
});

test('no two services share a role', () => {
  const names = listServiceLinkedRoleServices().map((service) => requireTemplate(service).roleName);
  assert.deepEqual(
    names.filter((name, at) => names.indexOf(name) !== at),
    [],
  );
});

test('what AWS managed policies say of service-linked roles is so', () => {
  for (const [service, name] of [
    ['ecs.amazonaws.com', 'AWSServiceRoleForECS'],
    ['elasticbeanstalk.amazonaws.com', 'AWSServiceRoleForElasticBeanstalk'],
    ['rds.amazonaws.com', 'AWSServiceRoleForRDS'],
    [
      'dynamodb.application-autoscaling.amazonaws.com',
      'AWSServiceRoleForApplicationAutoScaling_DynamoDBTable',
    ],
  ] as const) {
    assert.equal(nameOfServiceLinkedRole(requireTemplate(service), undefined), name);
  }
  const autoScaling = requireTemplate('autoscaling.amazonaws.com');
  assert.equal(nameOfServiceLinkedRole(autoScaling, 'web'), 'AWSServiceRoleForAutoScaling_web');
});

test('principals are told apart by case, and nothing else is one', () => {
  for (const service of ['ECS.amazonaws.com', 'ecs', 'ecs.amazonaws.com.cn', 'constructor', '']) {
    assert.equal(findServiceLinkedRoleTemplate(service), undefined);
  }
  assert.equal(findServiceLinkedRoleTemplate('constructor.amazonaws.com'), undefined);
});
