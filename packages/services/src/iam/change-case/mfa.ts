import { mfaCodes } from '../testing-world/mfa.ts';
import type { TestWorld } from '../testing-world.ts';
import { type ChangeCases, dave, leaver } from './change-case.ts';

const spare = ({ ids }: TestWorld) => ({ SerialNumber: ids.get('mfa spare') });
const phone = ({ ids }: TestWorld) => ({ SerialNumber: ids.get('mfa phone') });
const ofSpare = { of: 'mfa spare', change: ['mfaDevice', 'mfa spare'] } as const;
const ofPhone = { of: 'mfa phone', change: ['mfaDevice', 'mfa phone'] } as const;

export const mfaChanges: ChangeCases = {
  CreateVirtualMFADevice: {
    input: () => ({ VirtualMFADeviceName: 'new', Tags: [{ Key: 'of', Value: 'new' }] }),
    rows: { iam_mfa_device: '-0 +1', iam_tag: '-0 +1' },
    change: ['mfaDevice', 'new'],
  },
  DeactivateMFADevice: {
    input: (world) => ({ ...dave, ...phone(world) }),
    rows: { iam_mfa_device: '-1 +1' },
    ...ofPhone,
  },
  DeleteVirtualMFADevice: {
    input: spare,
    rows: { iam_mfa_device: '-1 +0', iam_tag: '-2 +0' },
    ...ofSpare,
  },
  EnableMFADevice: {
    input: (world) => ({ ...leaver, ...spare(world), ...mfaCodes }),
    rows: { iam_mfa_device: '-1 +1' },
    ...ofSpare,
  },
  ResyncMFADevice: {
    input: (world) => ({ ...dave, ...phone(world), ...mfaCodes }),
    rows: { iam_mfa_device: '-1 +1' },
    ...ofPhone,
  },
  TagMFADevice: {
    input: (world) => ({ ...spare(world), Tags: [{ Key: 'of', Value: 'new' }] }),
    rows: { iam_tag: '-1 +1' },
    ...ofSpare,
  },
  UntagMFADevice: {
    input: (world) => ({ ...spare(world), TagKeys: ['of'] }),
    rows: { iam_tag: '-1 +0' },
    ...ofSpare,
  },
};
