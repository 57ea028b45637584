import { type Answer, type AnswerCases, dRole, tagsOf } from './answer-case.ts';

const dProfile = { InstanceProfileName: 'DPROFILE' };

/** Each profile with the role in it, as the ends of their ARNs. */
function membersOf(list: unknown): string[] {
  return (list as Answer[]).map((profile) =>
    [profile, ...(profile.Roles as Answer[])].map(arnEnd).join(),
  );
}

function arnEnd({ Arn: arn }: Answer): string {
  return String(arn).replace('arn:aws:iam::', '');
}

const inList = ({ InstanceProfiles: profiles }: Answer) => ({ profiles: membersOf(profiles) });

export const instanceProfileAnswers: AnswerCases = {
  GetInstanceProfile: {
    input: () => dProfile,
    expect: {
      profiles: ['ACCOUNT:instance-profile/d/DProfile,ACCOUNT:role/d/DRole'],
      ...tagsOf('DProfile'),
    },
    read: ({ InstanceProfile: profile }) => ({
      profiles: membersOf([profile]),
      Tags: (profile as Answer).Tags,
    }),
  },
  ListInstanceProfiles: {
    input: () => ({}),
    expect: {
      profiles: [
        'ACCOUNT:instance-profile/a/AProfile,ACCOUNT:role/a/ARole',
        'ACCOUNT:instance-profile/d/DProfile,ACCOUNT:role/d/DRole',
        'ACCOUNT:instance-profile/q/emptyProfile',
        'ACCOUNT:instance-profile/e/EProfile,ACCOUNT:role/d/DRole',
        'ACCOUNT:instance-profile/z/ZProfile,ACCOUNT:role/z/ZRole',
      ],
    },
    lists: ['InstanceProfiles'],
    read: inList,
  },
  ListInstanceProfilesForRole: {
    input: () => dRole,
    expect: {
      profiles: [
        'ACCOUNT:instance-profile/d/DProfile,ACCOUNT:role/d/DRole',
        'ACCOUNT:instance-profile/e/EProfile,ACCOUNT:role/d/DRole',
      ],
    },
    lists: ['InstanceProfiles'],
    read: inList,
  },
  ListInstanceProfileTags: { input: () => dProfile, expect: tagsOf('DProfile'), lists: ['Tags'] },
};
