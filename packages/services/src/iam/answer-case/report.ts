import { jobIds } from '../testing-world/report.ts';
import { type Answer, type AnswerCases, arn, strings } from './answer-case.ts';

const lists = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const;
const scaling = 'autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';

export const reportAnswers: AnswerCases = {
  GetAccountAuthorizationDetails: {
    input: () => ({}),
    expect: {
      arns: [
        ...arn('user', '/a/analyst', '/d/dave', '/l/leaver', '/z/zonekeeper').arns,
        ...arn('group', '/a/Admins', '/d/Developers', '/e/empty', '/z/Zookeepers').arns,
        ...arn('role', '/a/ARole', `/aws-service-role/${scaling}`).arns,
        ...arn('role', '/d/DRole', '/l/IdleRole', '/z/ZRole').arns,
        ...arn('policy', '/a/Another', '/d/Photos', '/u/unused', '/z/Zoo').arns,
        'arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy',
      ],
      foreign: false,
    },
    lists,
    read: (answer: Answer) => ({
      arns: lists.flatMap((list) => strings(answer[list], 'Arn')),
      foreign: JSON.stringify(answer).includes('222222222222'),
    }),
  },
  GetCredentialReport: {
    input: () => ({}),
    expect: { text: 'user,arn\n<root_account>,arn:aws:iam::ACCOUNT:root' },
    read: ({ Content }) => ({ text: new TextDecoder().decode(Content as Uint8Array) }),
  },
  GetServiceLastAccessedDetails: {
    input: () => ({ JobId: jobIds.group }),
    expect: {
      services: [
        {
          ServiceName: 'Amazon S3',
          ServiceNamespace: 's3',
          LastAuthenticated: '2025-12-31T23:59:59.000Z',
          LastAuthenticatedEntity: 'arn:aws:iam::ACCOUNT:user/d/dave',
          LastAuthenticatedRegion: 'eu-west-1',
          TotalAuthenticatedEntities: 2,
          TrackedActionsLastAccessed: [
            {
              ActionName: 'CreateBucket',
              LastAccessedEntity: 'arn:aws:iam::ACCOUNT:user/d/dave',
              LastAccessedTime: '2025-12-31T23:59:59.000Z',
              LastAccessedRegion: 'eu-west-1',
            },
          ],
        },
      ],
    },
    lists: ['ServicesLastAccessed'],
    read: (answer) => ({ services: answer.ServicesLastAccessed }),
  },
  GetServiceLastAccessedDetailsWithEntities: {
    input: () => ({ JobId: jobIds.group, ServiceNamespace: 's3' }),
    expect: {
      entities: [
        ['arn:aws:iam::ACCOUNT:user/d/dave', '2025-12-31T23:59:59.000Z'],
        ['arn:aws:iam::ACCOUNT:user/a/analyst', '2025-12-31T23:59:58.000Z'],
        ['arn:aws:iam::ACCOUNT:user/z/zonekeeper', null],
      ],
    },
    lists: ['EntityDetailsList'],
    read: (answer) => ({
      entities: (answer.EntityDetailsList as Answer[]).map((details) => [
        (details.EntityInfo as Answer).Arn,
        details.LastAuthenticated,
      ]),
    }),
  },
  ListPoliciesGrantingServiceAccess: {
    input: ({ first }) => ({
      Arn: `arn:aws:iam::${first.accountId}:user/d/dave`,
      ServiceNamespaces: ['iam', 's3'],
    }),
    expect: {
      granting: [
        ['iam'],
        [
          's3',
          ...['a/Another', 'd/Photos', 'z/Zoo'].map(
            (path) => `arn:aws:iam::ACCOUNT:policy/${path}`,
          ),
          ...['USER dave', 'GROUP Admins', 'GROUP Developers', 'GROUP Zookeepers'].flatMap(
            (owner) => [`${owner} one`, `${owner} two`],
          ),
        ],
      ],
    },
    read: (answer) => ({
      granting: (answer.PoliciesGrantingServiceAccess as Answer[]).map((entry) => [
        entry.ServiceNamespace,
        ...(entry.Policies as Answer[]).map(
          ({ PolicyArn, EntityType, EntityName, PolicyName }) =>
            PolicyArn ?? `${EntityType} ${EntityName} ${PolicyName}`,
        ),
      ]),
    }),
  },
};
