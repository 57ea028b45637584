import { documentOf, policyArnOf, type TestWorld } from '../testing-world.ts';

/** What one writing operation does in the world of namesakes and neighbours. */
export interface ChangeCase {
  readonly input: (world: TestWorld) => object;
  /** What is done first, by itself. */
  readonly before?: (world: TestWorld) => Promise<void>;
  /** The code of the error of what cannot be done in any world yet. */
  readonly refused?: string;
  /** Rows removed and added by table: an update is one of each. */
  readonly rows: Readonly<Record<string, `-${number} +${number}`>>;
  /** What stands in every removed row: an id of the first account, by its name in `ids`. */
  readonly of?: string;
  /** The kind of the one change and its id's name in `ids`, `new` for one made by the call. */
  readonly change?: readonly [kind: string, id: string];
  /** The caller, when it is dave. */
  readonly asDave?: true;
}

/** Cases by the names of their operations. */
export type ChangeCases = Readonly<Record<string, ChangeCase>>;

export const dave = { UserName: 'DAVE' };
export const leaver = { UserName: 'leaver' };
export const developers = { GroupName: 'DEVELOPERS' };
export const dRole = { RoleName: 'DROLE' };
export const one = { PolicyName: 'One' };
export const photos = ({ first }: TestWorld) => ({ PolicyArn: policyArnOf(first, 'Photos') });
export const zoo = ({ first }: TestWorld) => ({ PolicyArn: policyArnOf(first, 'Zoo') });
export const unused = ({ first }: TestWorld) => ({ PolicyArn: policyArnOf(first, 'unused') });
export const document = ({ first }: TestWorld) => ({
  PolicyDocument: documentOf(first, 'new', 'new'),
});
export const firstKey = ({ accessKeyIds }: TestWorld) => ({ AccessKeyId: accessKeyIds[0] });

export const ofDave = { of: 'user dave', change: ['user', 'user dave'] } as const;
export const ofLeaver = { of: 'user leaver', change: ['user', 'user leaver'] } as const;
export const ofDevelopers = {
  of: 'group Developers',
  change: ['group', 'group Developers'],
} as const;
export const ofDRole = { of: 'role DRole', change: ['role', 'role DRole'] } as const;
export const ofPhotos = { of: 'policy Photos', change: ['managedPolicy', 'arn Photos'] } as const;
