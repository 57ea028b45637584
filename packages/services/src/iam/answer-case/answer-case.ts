import { policyArnOf, type TestWorld } from '../testing-world.ts';

/** What one reading operation answers in the world of namesakes and neighbours. */
export interface AnswerCase {
  readonly input: (world: TestWorld) => object;
  /** What of the answer tells whose it is, with the account's id written `ACCOUNT`. */
  readonly expect: object;
  /** The code of the error of what cannot be answered in any world yet. */
  readonly refused?: string;
  /** Of a list that is paged: the members of the answer that hold its entries. */
  readonly lists?: readonly string[];
  /** Unordered: ids and dates are not compared. */
  readonly read?: (answer: Answer) => object;
}

/** Cases by the names of their operations. */
export type AnswerCases = Readonly<Record<string, AnswerCase>>;

export type Answer = Readonly<Record<string, unknown>>;

export const dave = { UserName: 'DAVE' };
export const developers = { GroupName: 'DEVELOPERS' };
export const dRole = { RoleName: 'DROLE' };
export const two = { PolicyName: 'Two' };
export const atD = { PathPrefix: '/d' };
export const photos = ({ first }: TestWorld) => ({ PolicyArn: policyArnOf(first, 'Photos') });
export const zoo = ({ first }: TestWorld) => ({ PolicyArn: policyArnOf(first, 'Zoo') });
export const tagsOf = (owner: string) => ({
  Tags: [
    { Key: 'of', Value: `ACCOUNT-${owner}` },
    { Key: 'zone', Value: 'eu' },
  ],
});
export const boundaryOf = (path: string) => ({
  PermissionsBoundary: {
    PermissionsBoundaryType: 'Policy',
    PermissionsBoundaryArn: `arn:aws:iam::ACCOUNT:policy${path}`,
  },
});
export const attached = {
  AttachedPolicies: [
    { PolicyName: 'Another', PolicyArn: 'arn:aws:iam::ACCOUNT:policy/a/Another' },
    { PolicyName: 'Photos', PolicyArn: 'arn:aws:iam::ACCOUNT:policy/d/Photos' },
  ],
};
export const documentIn = (answer: Answer) => ({ document: resourceOf(answer.PolicyDocument) });
export const arnsIn = (member: string) => (answer: Answer) => ({
  arns: strings(answer[member], 'Arn'),
});
export const arn = (kind: string, ...paths: readonly string[]) => ({
  arns: paths.map((path) => `arn:aws:iam::ACCOUNT:${kind}${path}`),
});

export function strings(list: unknown, member: string): string[] {
  return (list as Record<string, string>[]).map((entry) => entry[member] ?? '');
}

/** The resource in a URL-encoded document. */
export function resourceOf(document: unknown): string {
  return JSON.parse(decodeURIComponent(String(document))).Statement.Resource;
}
