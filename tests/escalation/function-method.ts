import { zipSync } from 'fflate';
import type { House } from './house.ts';
import { allow, document, type Method, trust } from './method.ts';

/** Those who pass a role to a function that is theirs, or write the code of one that has a role. */
export const functionMethods: readonly Method[] = [
  {
    name: 'CreateFunction with another role, then Invoke',
    rhino: 15,
    pathfinding: ['lambda-001'],
    needs: (house) => [
      allow('iam:PassRole', house.arn('role/AdminRole')),
      allow('lambda:CreateFunction', own(house)),
      allow('lambda:InvokeFunction', own(house)),
    ],
    furnish: createPhotoAppRole,
    passedTo: 'lambda.amazonaws.com',
    async steps({ house, call }, passed = 'admin') {
      await call('lambda', 'CreateFunction', newFunction(house, passed));
      await call('lambda', 'Invoke', { FunctionName: ownName });
      return house.told();
    },
    delegated: 'refused',
  },
  {
    name: 'CreateFunction with another role, invoked from another account',
    rhino: 16,
    pathfinding: ['lambda-006'],
    needs: (house) => [
      allow('iam:PassRole', house.arn('role/AdminRole')),
      allow('lambda:CreateFunction', own(house)),
      allow('lambda:AddPermission', own(house)),
    ],
    async furnish(house) {
      await createPhotoAppRole(house);
      await house.elsewhere();
    },
    passedTo: 'lambda.amazonaws.com',
    async steps({ house, call }, passed = 'admin') {
      const elsewhere = await house.elsewhere();
      await call('lambda', 'CreateFunction', newFunction(house, passed));
      await call('lambda', 'AddPermission', permission(ownName, elsewhere.accountId));
      await elsewhere.call('lambda', 'Invoke', { FunctionName: own(house) });
      return house.told();
    },
    delegated: 'refused',
  },
  {
    name: 'UpdateFunctionCode of a function that somebody invokes',
    rhino: 18,
    pathfinding: ['lambda-003'],
    needs: (house) => [allow('lambda:UpdateFunctionCode', operations(house))],
    furnish: createOperations,
    async steps({ house, call }) {
      await call('lambda', 'UpdateFunctionCode', { FunctionName: 'operations', ZipFile: code });
      await house.call('lambda', 'Invoke', { FunctionName: 'operations' });
      return house.told();
    },
    delegated: 'refused',
  },
  {
    name: 'UpdateFunctionCode, then Invoke',
    pathfinding: ['lambda-004'],
    needs: (house) => [
      allow('lambda:UpdateFunctionCode', operations(house)),
      allow('lambda:InvokeFunction', operations(house)),
    ],
    furnish: createOperations,
    async steps({ house, call }) {
      await call('lambda', 'UpdateFunctionCode', { FunctionName: 'operations', ZipFile: code });
      await call('lambda', 'Invoke', { FunctionName: 'operations' });
      return house.told();
    },
    delegated: 'refused',
  },
  {
    name: 'UpdateFunctionCode, and AddPermission for the attacker',
    pathfinding: ['lambda-005'],
    // Whom the function's policy names needs no `lambda:InvokeFunction`.
    needs: (house) => [
      allow('lambda:UpdateFunctionCode', operations(house)),
      allow('lambda:AddPermission', operations(house)),
    ],
    furnish: createOperations,
    async steps({ house, call, principalArn }) {
      await call('lambda', 'UpdateFunctionCode', { FunctionName: 'operations', ZipFile: code });
      await call('lambda', 'AddPermission', permission('operations', principalArn));
      await call('lambda', 'Invoke', { FunctionName: 'operations' });
      return house.told();
    },
    delegated: 'refused',
  },
  {
    name: 'UpdateFunctionConfiguration to another role, then Invoke',
    needs: (house) => [
      allow('iam:PassRole', house.arn('role/AdminRole')),
      allow('lambda:UpdateFunctionConfiguration', own(house)),
      allow('lambda:InvokeFunction', own(house)),
    ],
    async furnish(house) {
      await createPhotoAppRole(house);
      await house.call('lambda', 'CreateFunction', newFunction(house, 'photos'));
    },
    passedTo: 'lambda.amazonaws.com',
    async steps({ house, call }, passed = 'admin') {
      const change = { FunctionName: ownName, Role: house.arn(roles[passed]) };
      await call('lambda', 'UpdateFunctionConfiguration', change);
      await call('lambda', 'Invoke', { FunctionName: ownName });
      return house.told();
    },
    delegated: 'refused',
  },
];

const ownName = 'delegated-photos';
const roles = { admin: 'role/AdminRole', photos: 'role/delegated/PhotoAppRole' } as const;

/** An attacker's code: whoever runs it tells the attacker what stands in its environment. */
export const code = zipSync({
  'index.js': new TextEncoder().encode('exports.handler = async () => tell(process.env);'),
});

function functionArn({ accountId }: House, name: string): string {
  return `arn:aws:lambda:us-east-1:${accountId}:function:${name}`;
}

const own = (house: House) => functionArn(house, ownName);
const operations = (house: House) => functionArn(house, 'operations');

function newFunction({ arn }: House, passed: keyof typeof roles) {
  return {
    FunctionName: ownName,
    Role: arn(roles[passed]),
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: code },
  };
}

function permission(FunctionName: string, Principal: string) {
  return { FunctionName, StatementId: 'invoke', Action: 'lambda:InvokeFunction', Principal };
}

async function createPhotoAppRole({ call, work }: House): Promise<void> {
  const RoleName = 'PhotoAppRole';
  const AssumeRolePolicyDocument = trust('lambda.amazonaws.com');
  await call('iam', 'CreateRole', { RoleName, Path: '/delegated/', AssumeRolePolicyDocument });
  const policy = { PolicyName: 'own', PolicyDocument: document(work) };
  await call('iam', 'PutRolePolicy', { RoleName, ...policy });
}

/** A function of others, which does what its role has to do. */
async function createOperations({ call, arn }: House): Promise<void> {
  const honest = zipSync({ 'index.js': new TextEncoder().encode('exports.handler = () => 1;') });
  await call('lambda', 'CreateFunction', {
    FunctionName: 'operations',
    Role: arn('role/AdminRole'),
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: honest },
  });
}
