import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import { firstAccountId } from '../testing.ts';
import { openTestSts, policyOf, refusalOf, type TestSts, trusting } from './testing-world.ts';

const dave = `arn:aws:iam::${firstAccountId}:user/dave`;
const allow = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });

/** A role that may do everything of IAM, and how dave assumes it. */
async function openWorld(sts: TestSts) {
  const credentials = await sts.createUser('dave');
  const RoleArn = await sts.createRole('PhotoAppRole', [trusting(dave)], {
    statements: [allow('iam:*')],
  });
  const assumeRole = (input: Partial<AssumeRoleRequest>) =>
    sts.assumeRole(credentials, { RoleArn, ...input });
  const assumed = (input: Partial<AssumeRoleRequest>) =>
    sts.assumed(credentials, { RoleArn, ...input });
  const createPolicy = async (PolicyName: string, ...actions: string[]) => {
    const input = { PolicyName, PolicyDocument: policyOf([allow(...actions)]) };
    const made = await sts.call('iam', 'CreatePolicy', input);
    return (made as { readonly Policy: { readonly Arn: string } }).Policy.Arn;
  };
  return { credentials, assumeRole, assumed, createPolicy };
}

describe('the policies of a session', () => {
  it('take away and never give', async (test) => {
    const sts = await openTestSts(test);
    const { assumed, createPolicy } = await openWorld(sts);
    const mayList = await createPolicy('MayList', 'iam:ListRoles', 's3:*');
    const can = async (session: object, service: 'iam' | 's3', operation: string) => {
      const attempt = sts.call(service, operation, {}, session as never);
      return attempt.then(
        () => true,
        ({ code }: { readonly code?: string }) => code !== 'AccessDenied',
      );
    };
    const rows: readonly (readonly [Partial<AssumeRoleRequest>, boolean, boolean, boolean])[] = [
      [{}, true, true, false],
      [{ Policy: policyOf([allow('iam:ListUsers', 's3:*')]) }, true, false, false],
      [{ PolicyArns: [{ arn: mayList }] }, false, true, false],
      // An Allow in any of them is enough.
      [
        { Policy: policyOf([allow('iam:ListUsers')]), PolicyArns: [{ arn: mayList }] },
        true,
        true,
        false,
      ],
      [
        { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' }] },
        false,
        false,
        false,
      ],
      [
        {
          Policy: policyOf([
            allow('*'),
            { Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' },
          ]),
        },
        false,
        true,
        false,
      ],
    ];
    for (const [input, users, roles, buckets] of rows) {
      const session = await assumed(input);
      const said = JSON.stringify(input);
      assert.equal(await can(session, 'iam', 'ListUsers'), users, said);
      assert.equal(await can(session, 'iam', 'ListRoles'), roles, said);
      assert.equal(await can(session, 's3', 'ListBuckets'), buckets, said);
    }
    const session = await assumed({ PolicyArns: [{ arn: mayList }] });
    await sts.call('iam', 'DeletePolicy', { PolicyArn: mayList });
    assert.equal(
      await can(session, 'iam', 'ListRoles'),
      false,
      'what is gone lets nothing through',
    );
  });

  it('are refused where they cannot be read or are not there', async (test) => {
    const sts = await openTestSts(test);
    const { assumeRole } = await openWorld(sts);
    const foreign = 'arn:aws:iam::222222222222:policy/MayList';
    await sts.services.operator.createAccount({ name: 'second', accountId: '222222222222' });
    const as = await sts.services.operator.credentials({ accountId: '222222222222' });
    const policy = { PolicyName: 'MayList', PolicyDocument: policyOf([allow('*')]) };
    await sts.call('iam', 'CreatePolicy', policy, as);
    const ten = (arn: string, count = 10) => Array.from({ length: count }, () => ({ arn }));
    const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const long = `${policyOf([allow('iam:ListUsers')])}${' '.repeat(2048)}`;
    const none = `arn:aws:iam::${firstAccountId}:policy/none`;
    const rows: readonly (readonly [Partial<AssumeRoleRequest>, string])[] = [
      [{ Policy: '{' }, 'MalformedPolicyDocument 400 Syntax errors in policy.'],
      [
        { Policy: policyOf([{ ...allow('iam:ListUsers'), Principal: '*' }]) },
        'MalformedPolicyDocument 400 Has prohibited field Principal.',
      ],
      [
        { Policy: policyOf([{ Effect: 'Allow', Action: 'iam:ListUsers' }]) },
        'MalformedPolicyDocument 400 Policy statement must contain resources.',
      ],
      [
        { PolicyArns: [{ arn: none }] },
        `ValidationError 400 Policy ${none} does not exist or is not attachable.`,
      ],
      [
        { PolicyArns: [{ arn: foreign }] },
        `ValidationError 400 Policy ${foreign} does not exist or is not attachable.`,
      ],
      [
        { PolicyArns: [{ arn: `${readOnly}/` }] },
        `ValidationError 400 ARN ${readOnly}/ is not valid.`,
      ],
      [
        { PolicyArns: [{ arn: readOnly }, {}] },
        'ValidationError 400 1 validation error detected: Value at ' +
          "'policyArns.2.member.arn' failed to satisfy constraint: Member must not be null",
      ],
      [
        { PolicyArns: ten(readOnly, 11) },
        "ValidationError 400 1 validation error detected: Value at 'policyArns' failed to satisfy " +
          'constraint: Member must have length less than or equal to 10',
      ],
      [
        { Policy: long },
        `ValidationError 400 1 validation error detected: Value '${long.slice(0, 1024)}…' at 'policy' failed to ` +
          'satisfy constraint: Member must have length less than or equal to 2048',
      ],
    ];
    for (const [input, refusal] of rows) assert.equal(await refusalOf(assumeRole(input)), refusal);
    await assumeRole({ PolicyArns: ten(readOnly) });
    const text = policyOf([allow('iam:ListUsers')]);
    const full = text.padEnd(2048 - readOnly.length);
    await assumeRole({ Policy: full, PolicyArns: [{ arn: readOnly }] });
    const over = assumeRole({ Policy: `${full} `, PolicyArns: [{ arn: readOnly }] });
    assert.match(await refusalOf(over), /less than or equal to 2048$/);
  });

  it('are told in percent of what there is room for, and refused beyond', async (test) => {
    const sts = await openTestSts(test);
    const { assumeRole, credentials } = await openWorld(sts);
    assert.equal((await assumeRole({})).PackedPolicySize, undefined);
    const small = await assumeRole({ Policy: policyOf([allow('iam:ListUsers')]) });
    assert.ok((small.PackedPolicySize ?? 0) > 0 && (small.PackedPolicySize ?? 0) < 10);
    await sts.allowUser('dave', [allow('sts:*')]);
    const random = (length: number) =>
      Array.from({ length }, () => Math.random().toString(36).charAt(2)).join('');
    const tags = Array.from({ length: 50 }, (_, index) => ({
      Key: `${index}${random(120)}`,
      Value: random(250),
    }));
    const input = { Name: 'Bob', Tags: tags };
    const refusal = await refusalOf(sts.call('sts', 'GetFederationToken', input, credentials));
    assert.match(
      refusal,
      /^PackedPolicyTooLarge 400 Packed size of session tags consumes \d{3}% of allotted space\.$/,
    );
    const withPolicy = { ...input, Policy: policyOf([allow('*')]) };
    assert.match(
      await refusalOf(sts.call('sts', 'GetFederationToken', withPolicy, credentials)),
      /^PackedPolicyTooLarge 400 Packed policy consumes \d{3}% of allotted space, please use small/,
    );
  });
});

describe('the size of a session token', () => {
  it('is at least what was asked for, and at most 4,096', async (test) => {
    const sts = await openTestSts(test);
    const { assumeRole, assumed } = await openWorld(sts);
    const { SessionTokenSize: least = 0 } = await assumeRole({ MinimumSessionTokenSize: 0 });
    const Policy = policyOf([allow('iam:ListUsers')]);
    for (const more of [{}, { Policy }]) {
      for (const MinimumSessionTokenSize of [1, 1000, 1001, 1002, 1003, 4095, 4096]) {
        const answer = await assumeRole({ MinimumSessionTokenSize, ...more });
        const { SessionTokenSize: size = 0, SessionTokenUtilization: share } = answer;
        assert.ok(size >= MinimumSessionTokenSize && size <= 4096, `${size}`);
        if (MinimumSessionTokenSize >= 1000) assert.ok(size <= MinimumSessionTokenSize + 3);
        else assert.ok(size >= least);
        assert.equal(share, Math.ceil((100 * size) / 4096));
        assert.equal(answer.Credentials?.SessionToken?.length, size);
      }
    }
    const session = await assumed({ MinimumSessionTokenSize: 4096, Policy });
    await sts.call('iam', 'ListUsers', {}, session);
    for (const [size, bound] of [
      [4097, 'less than or equal to 4096'],
      [-1, 'greater than or equal to 0'],
    ] as const) {
      assert.equal(
        await refusalOf(assumeRole({ MinimumSessionTokenSize: size })),
        `ValidationError 400 1 validation error detected: Value '${size}' at ` +
          "'minimumSessionTokenSize' failed to satisfy constraint: Member must have value " +
          bound,
      );
    }
  });
});
