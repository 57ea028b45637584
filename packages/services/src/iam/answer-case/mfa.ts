import type { TestWorld } from '../testing-world.ts';
import { type Answer, type AnswerCases, dave, strings, tagsOf } from './answer-case.ts';

const phone = ({ ids }: TestWorld) => ({ SerialNumber: ids.get('mfa phone') });
const serials = (...names: readonly string[]) =>
  names.map((name) => `arn:aws:iam::ACCOUNT:mfa/${name}`);

export const mfaAnswers: AnswerCases = {
  GetMFADevice: {
    input: (world) => ({ ...dave, ...phone(world) }),
    expect: { user: 'dave', serial: 'arn:aws:iam::ACCOUNT:mfa/d/phone' },
    read: ({ UserName: user, SerialNumber: serial }) => ({ user, serial }),
  },
  ListMFADevices: {
    input: () => dave,
    expect: { serials: serials('d/phone', 'd/watch') },
    lists: ['MFADevices'],
    read: (answer) => ({ serials: strings(answer.MFADevices, 'SerialNumber') }),
  },
  ListMFADeviceTags: { input: phone, expect: tagsOf('phone'), lists: ['Tags'] },
  ListVirtualMFADevices: {
    input: () => ({}),
    expect: {
      serials: serials('a/analysts', 'd/phone', 'd/watch', 's/spare', 'z/zonekeepers'),
      users: ['a/analyst', 'd/dave', 'd/dave', undefined, 'z/zonekeeper'].map((path) =>
        path === undefined ? '' : `arn:aws:iam::ACCOUNT:user/${path}`,
      ),
    },
    lists: ['VirtualMFADevices'],
    read: ({ VirtualMFADevices: devices }) => ({
      serials: strings(devices, 'SerialNumber'),
      users: strings(
        (devices as Answer[]).map(({ User: user }) => user ?? {}),
        'Arn',
      ),
    }),
  },
};
