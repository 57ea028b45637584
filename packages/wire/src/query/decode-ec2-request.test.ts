import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from '../api-error.ts';
import { validateInput } from '../constraint/validate-input.ts';
import type { Member } from '../model.ts';
import { shapeOf, structureOf } from '../model-lookup.ts';
import { models } from '../models.ts';
import { decodeQueryRequest } from './decode-query-request.ts';

const version = 'Version=2016-11-15';
const run = `Action=RunInstances&${version}&MinCount=1&MaxCount=1`;

/** Decodes, and holds what was decoded against the model's constraints. */
function read(body: string) {
  const request = decodeQueryRequest(models.ec2, body);
  validateInput(models.ec2, request.operation, request.input);
  return request;
}

test('lists are numbered without a word between, and members have their names of the wire', () => {
  const tag = 'TagSpecification.1.Tag';
  const { operation, input } = read(
    `${run}&IamInstanceProfile.Name=photos&DryRun=true&TagSpecification.1.ResourceType=instance` +
      `&${tag}.2.Key=b&${tag}.1.Key=a&${tag}.1.Value=`,
  );
  assert.equal(operation, 'RunInstances');
  assert.deepEqual(input, {
    MinCount: 1,
    MaxCount: 1,
    DryRun: true,
    IamInstanceProfile: { Name: 'photos' },
    TagSpecifications: [
      { ResourceType: 'instance', Tags: [{ Key: 'a', Value: '' }, { Key: 'b' }] },
    ],
  });
  const filters = read(
    `Action=DescribeInstances&${version}&InstanceId.1=i-1&Filter.1.Name=tag-key&Filter.1.Value.1=a`,
  );
  assert.deepEqual(filters.input, {
    InstanceIds: ['i-1'],
    Filters: [{ Name: 'tag-key', Values: ['a'] }],
  });
});

test('an operation of which only the name is known takes whatever comes', () => {
  const { operation, input } = read(`Action=CreateVpc&${version}&CidrBlock=10.0.0.0/16`);
  assert.deepEqual([operation, input], ['CreateVpc', {}]);
});

const describe = `Action=DescribeInstances&${version}`;
const invalid = 'InvalidParameterValue';
const refused: readonly (readonly [name: string, body: string, code: string, message: RegExp])[] = [
  ['nothing', '', 'MissingAction', /^The request is missing an action or a required parameter\.$/],
  [
    'an unknown action',
    `Action=MakeTea&${version}`,
    'InvalidAction',
    /^The action MakeTea is not valid for this web service\.$/,
  ],
  [
    'an action of JavaScript’s own',
    `Action=constructor&${version}`,
    'InvalidAction',
    /^The action constructor is not valid/,
  ],
  [
    'an action of another case',
    `Action=runinstances&${version}`,
    'InvalidAction',
    /^The action runinstances is not valid/,
  ],
  [
    'an unknown version',
    'Action=RunInstances&Version=2010-08-31',
    'NoSuchVersion',
    /^The requested version \(2010-08-31\) of service AmazonEC2 does not exist$/,
  ],
  [
    'a version of another case',
    `${run}&version=2016-11-15`,
    'UnknownParameter',
    /parameter version/,
  ],
  [
    'an unknown parameter',
    `${run}&InstanceProfile=photos`,
    'UnknownParameter',
    /^The parameter InstanceProfile is not recognized$/,
  ],
  [
    'an unknown parameter within',
    `${run}&IamInstanceProfile.Role=photos`,
    'UnknownParameter',
    /^The parameter IamInstanceProfile\.Role is not recognized$/,
  ],
  ['a parameter in another case', `${run}&imageId=ami-1`, 'UnknownParameter', /parameter imageId /],
  ['the name of an answer', `${run}&dryRun=true`, 'UnknownParameter', /parameter dryRun /],
  ['a parameter twice', `${run}&ImageId=a&ImageId=b`, 'MalformedQueryString', /comes twice/],
  ['broken percent-encoding', `${run}&ImageId=%zz`, 'MalformedQueryString', /encoding is broken/],
  ['bytes that are no UTF-8', `${run}&ImageId=%ff`, 'MalformedQueryString', /encoding is broken/],
  ['a list with a word between', `${describe}&InstanceId.member.1=i-1`, 'MalformedInput', /number/],
  ['an index of nought', `${describe}&InstanceId.0=i-1`, 'MalformedInput', /number is none/],
  ['a list that is a value', `${describe}&InstanceId=i-1`, 'MalformedInput', /is a list/],
  ['a value that is a structure', `${run}&ImageId.1=a`, 'MalformedInput', /is a value/],
  [
    'no number',
    `${describe}&MaxResults=ten`,
    invalid,
    /^Value \(ten\) for parameter MaxResults is/,
  ],
  ['no boolean', `${run}&DryRun=yes`, invalid, /^Value \(yes\) for parameter DryRun is invalid\.$/],
  [
    'an unknown instance type',
    `${run}&InstanceType=huge`,
    invalid,
    /^Invalid value 'huge' for InstanceType\.$/,
  ],
  [
    'an unknown value',
    `${run}&MetadataOptions.HttpTokens=never`,
    invalid,
    /^Value \(never\) for parameter metadataOptions\.httpTokens is invalid\.$/,
  ],
  [
    'a number too small',
    `Action=DescribeIamInstanceProfileAssociations&${version}&MaxResults=4`,
    invalid,
    /^Value \( 4 \) for parameter maxResults is invalid\. Expecting a value greater than 5\.$/,
  ],
  [
    'a number too large',
    `Action=DescribeIamInstanceProfileAssociations&${version}&MaxResults=1001`,
    invalid,
    /^Value \( 1001 \) for parameter maxResults is invalid\. Expecting a value smaller than 1000\.$/,
  ],
  [
    'no required member',
    `Action=RunInstances&${version}&MinCount=1`,
    'MissingParameter',
    /^The request must contain the parameter MaxCount$/,
  ],
  [
    'no required list',
    `Action=TerminateInstances&${version}`,
    'MissingParameter',
    /^The request must contain the parameter InstanceId$/,
  ],
  [
    'no required member within',
    `${run}&CreditSpecification=`,
    'MalformedInput',
    /is a structure, not a value$/,
  ],
  [
    'no member within',
    `${run}&ElasticInferenceAccelerator.1.Count=1`,
    'MissingParameter',
    /^The request must contain the parameter ElasticInferenceAccelerators\.1\.member\.Type$/,
  ],
];

for (const [name, body, code, message] of refused) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => read(body),
      (thrown) => {
        assert(thrown instanceof ApiError, String(thrown));
        assert.deepEqual([thrown.code, thrown.status], [code, 400]);
        assert.match(thrown.message, message);
        return true;
      },
    );
  });
}

test('every required parameter of every operation is asked for, by its name on the wire', () => {
  let count = 0;
  for (const [operation, { input }] of Object.entries(models.ec2.operations)) {
    const structure = structureOf(models.ec2, input);
    for (const name of structure.required) {
      const others = structure.required.filter((other) => other !== name);
      const given = Object.fromEntries(
        others.map((other) => [other, emptyOf(structure.members[other])]),
      );
      const member = structure.members[name];
      const wireName = member?.queryName ?? member?.xmlName ?? name;
      assert.throws(() => validateInput(models.ec2, operation, given), {
        code: 'MissingParameter',
        status: 400,
        message: `The request must contain the parameter ${wireName}`,
      });
      count++;
    }
  }
  assert.ok(count >= 12, `${count} required parameters`);
});

/** A value that breaks nothing by itself. */
function emptyOf(member: Member | undefined): unknown {
  const { type } = shapeOf(models.ec2, member?.shape ?? '');
  if (type === 'list') return [];
  return type === 'structure' ? {} : '';
}

test('nothingButApiErrorIsThrown', () => {
  const operations = [...Object.keys(models.ec2.operations), 'CreateVpc'];
  const words = '& = . % + 1 0 Key Value Tag Filter InstanceId IamInstanceProfile Name MaxResults';
  const piece = fc.oneof(
    fc.constantFrom(...words.split(' '), '__proto__', 'item', 'TagSpecification', 'true', '%ff'),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const body = fc.tuple(fc.constantFrom(...operations), fc.array(piece, { maxLength: 30 }));
  fc.assert(
    fc.property(body, ([operation, pieces]) => {
      try {
        read(`Action=${operation}&${version}&${pieces.join('')}`);
      } catch (thrown) {
        assert(thrown instanceof ApiError, String(thrown));
        assert.equal(thrown.status, 400);
      }
    }),
    { numRuns: 2000 },
  );
});

/** A query with one parameter `count` times. */
const times = (count: number, parameter: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => `&${parameter(at + 1)}`).join('');
const long = (count: number) => 'a'.repeat(count);
const tagsOf = (count: number) => times(count, (at) => `Tag.${at}.Key=${at}`);
const launchTags = (count: number) =>
  times(count, (at) => `TagSpecification.1.Tag.${at}.Key=${at}`);
const of = (operation: string) => `Action=${operation}&${version}`;
const tagging = `${of('CreateTags')}&ResourceId.1=i-1`;
const describing = of('DescribeInstances');
const shown = long(128);

/** What is as long as it may be, what is longer by one, and what is said of that. */
const bounded: readonly (readonly [good: string, bad: string, code: string, message: string])[] = [
  [
    `${describing}${times(1000, (at) => `InstanceId.${at}=i-${at}`)}`,
    `${describing}${times(1001, (at) => `InstanceId.${at}=i-${at}`)}`,
    'InvalidParameterValue',
    'The parameter instanceIds has 1001 values; at most 1000 may be given',
  ],
  [
    `${describing}&InstanceId.1=i-1&InstanceId.2=${long(128)}`,
    `${describing}&InstanceId.1=i-1&InstanceId.2=${long(129)}`,
    'InvalidInstanceID.Malformed',
    `Invalid id: "${shown}" (expecting "i-...")`,
  ],
  [
    `${of('AssociateIamInstanceProfile')}&IamInstanceProfile.Name=a&InstanceId=i-${long(126)}`,
    `${of('AssociateIamInstanceProfile')}&IamInstanceProfile.Name=a&InstanceId=i-${long(127)}`,
    'InvalidInstanceID.Malformed',
    `Invalid id: "i-${long(126)}"`,
  ],
  [
    `${of('DisassociateIamInstanceProfile')}&AssociationId=${long(128)}`,
    `${of('DisassociateIamInstanceProfile')}&AssociationId=${long(129)}`,
    'InvalidParameterValue',
    `Value (${shown}) for parameter associationId is invalid.`,
  ],
  [
    `${of('CreateTags')}&Tag.1.Key=a&ResourceId.1=${long(128)}`,
    `${of('CreateTags')}&Tag.1.Key=a&ResourceId.1=${long(129)}`,
    'InvalidID',
    `The ID '${shown}' is not valid`,
  ],
  [
    tagging + tagsOf(50),
    tagging + tagsOf(51),
    'TagLimitExceeded',
    'The maximum number of tags for a resource, 50, has been reached',
  ],
  [
    run + launchTags(50),
    run + launchTags(51),
    'TagLimitExceeded',
    'The maximum number of tags for a resource, 50, has been reached',
  ],
  [
    `${tagging}&Tag.1.Key=${'%F0%9F%98%80'.repeat(128)}`,
    `${tagging}&Tag.1.Key=${'%F0%9F%98%80'.repeat(129)}`,
    'InvalidParameterValue',
    'Tag key exceeds the maximum length of 128 characters',
  ],
  [
    `${run}&TagSpecification.1.Tag.1.Value=${long(256)}`,
    `${run}&TagSpecification.1.Tag.1.Value=${long(257)}`,
    'InvalidParameterValue',
    'Tag value exceeds the maximum length of 256 characters',
  ],
  [
    `${run}&ClientToken=${long(64)}`,
    `${run}&ClientToken=${long(65)}`,
    'InvalidParameterValue',
    'Client token exceeds the maximum length of 64 characters',
  ],
  [
    `${run}&ImageId=${long(128)}`,
    `${run}&ImageId=${long(129)}`,
    'InvalidAMIID.Malformed',
    `Invalid id: "${shown}" (expecting "ami-...")`,
  ],
  [
    `${run}&KeyName=${long(255)}`,
    `${run}&KeyName=${long(256)}`,
    'InvalidParameterValue',
    `Value (${shown}) for parameter keyName is invalid.`,
  ],
  [
    `${run}&SecurityGroupId.1=${long(128)}`,
    `${run}&SecurityGroupId.1=${long(129)}`,
    'InvalidParameterValue',
    `Value (${shown}) for parameter securityGroupIds is invalid.`,
  ],
  [
    `${run}&SubnetId=${long(128)}`,
    `${run}&SubnetId=${long(129)}`,
    'InvalidParameterValue',
    `Value (${shown}) for parameter subnetId is invalid.`,
  ],
  [
    `${run}&IamInstanceProfile.Name=${long(128)}`,
    `${run}&IamInstanceProfile.Name=${long(129)}`,
    'InvalidParameterValue',
    `Value (${shown}) for parameter iamInstanceProfile.name is invalid.`,
  ],
  [
    `${describing}&NextToken=${long(2048)}`,
    `${describing}&NextToken=${long(2049)}`,
    'InvalidParameterValue',
    `Value (${shown}) for parameter nextToken is invalid.`,
  ],
  [
    describing + times(50, (at) => `Filter.${at}.Name=a`),
    describing + times(51, (at) => `Filter.${at}.Name=a`),
    'FilterLimitExceeded',
    'The maximum number of filters specified on a single call is 50',
  ],
  [
    `${describing}&Filter.1.Name=a${times(200, (at) => `Filter.1.Value.${at}=${at}`)}`,
    `${describing}&Filter.1.Name=a${times(201, (at) => `Filter.1.Value.${at}=${at}`)}`,
    'FilterLimitExceeded',
    'The maximum number of filter values specified on a single call is 200',
  ],
  [
    `${describing}&Filter.1.Name=a&Filter.1.Value.1=${long(255)}`,
    `${describing}&Filter.1.Name=a&Filter.1.Value.1=${long(256)}`,
    'FilterLimitExceeded',
    'The maximum length for a filter value is 255 characters',
  ],
];

test('what AWS bounds is bounded, before anybody asks who calls', () => {
  for (const [good, bad, code, message] of bounded) {
    read(good);
    assert.throws(() => read(bad), { code, status: 400, message });
  }
});

test('no text and no list of an input is without a bound', () => {
  for (const [name, shape] of Object.entries(models.ec2.shapes)) {
    if (shape.type !== 'string' && shape.type !== 'list') continue;
    assert.ok((shape.max ?? Number.POSITIVE_INFINITY) <= 25_600, name);
  }
});
