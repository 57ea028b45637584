import assert from 'node:assert/strict';
import * as iam from '@aws-sdk/client-iam';
import { codesFrom } from '../one-time-code.ts';
import { type Conversation, recently, type Talk, tags } from './talk.ts';

const UserName = 'phoner';
const Path = '/phones/';

export const mfaDeviceConversation: Conversation = async (talk) => {
  await talk.call(new iam.CreateUserCommand({ UserName }));
  const seed = await makeDevice(talk, 'phone');
  const otherSeed = await makeDevice(talk, 'tablet');
  const SerialNumber = talk.arn('mfa/phones/phone');
  const other = talk.arn('mfa/phones/tablet');
  await talk.refuses(
    new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone', Path }),
    iam.EntityAlreadyExistsException,
    'MFA device already exists.',
  );
  await talk.lists(
    iam.ListVirtualMFADevicesCommand,
    { AssignmentStatus: 'Unassigned' },
    { VirtualMFADevices: [{ SerialNumber }, { SerialNumber: other }] },
  );
  await talk.refuses(
    new iam.ListVirtualMFADevicesCommand({ Marker: 'none' }),
    'ValidationError',
    'Invalid Marker.',
  );
  await tagDevice(talk, SerialNumber);
  await enable(talk, SerialNumber, seed);
  await talk.does(
    new iam.EnableMFADeviceCommand({ UserName, SerialNumber: other, ...codesFrom(otherSeed, -2) }),
  );
  const device = { UserName, SerialNumber, EnableDate: recently };
  await talk.lists(
    iam.ListMFADevicesCommand,
    { UserName },
    { MFADevices: [device, { ...device, SerialNumber: other }] },
  );
  await talk.answers(new iam.GetMFADeviceCommand({ SerialNumber, UserName }), device);
  await takeAway(talk, [SerialNumber, other]);
};

async function makeDevice(talk: Talk, VirtualMFADeviceName: string): Promise<string> {
  const Tags = tags('team=photos', 'zone=eu');
  const { VirtualMFADevice: device } = await talk.call(
    new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName, Path, Tags }),
  );
  const { Base32StringSeed: seed, QRCodePNG: picture, ...rest } = device ?? {};
  const SerialNumber = talk.arn(`mfa/phones/${VirtualMFADeviceName}`);
  assert.deepEqual(rest, { SerialNumber, Tags });
  const png = [137, 80, 78, 71];
  assert.deepEqual([...(picture ?? [])].slice(0, 4), png);
  const text = Buffer.from(seed ?? []).toString();
  assert.match(text, /^[A-Z2-7]{64}$/);
  return text;
}

async function tagDevice(talk: Talk, SerialNumber: string): Promise<void> {
  await talk.does(
    new iam.TagMFADeviceCommand({ SerialNumber, Tags: tags('cost=1', 'zone=us') }),
    new iam.UntagMFADeviceCommand({ SerialNumber, TagKeys: ['team'] }),
  );
  await talk.lists(
    iam.ListMFADeviceTagsCommand,
    { SerialNumber },
    { Tags: tags('cost=1', 'zone=us') },
  );
}

async function enable(talk: Talk, SerialNumber: string, seed: string): Promise<void> {
  const device = { UserName, SerialNumber };
  const notConsecutive = { AuthenticationCode1: '000000', AuthenticationCode2: '000000' };
  const invalid = 'Authentication code for device is not valid.';
  await talk.refuses(
    new iam.EnableMFADeviceCommand({ ...device, ...notConsecutive }),
    iam.InvalidAuthenticationCodeException,
    invalid,
  );
  await talk.does(new iam.EnableMFADeviceCommand({ ...device, ...codesFrom(seed, -2) }));
  await talk.refuses(
    new iam.ResyncMFADeviceCommand({ ...device, ...codesFrom(seed, -2) }),
    iam.InvalidAuthenticationCodeException,
    invalid,
  );
  await talk.does(new iam.ResyncMFADeviceCommand({ ...device, ...codesFrom(seed, 3) }));
  await talk.answers(new iam.ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' }), {
    VirtualMFADevices: [
      {
        SerialNumber,
        EnableDate: recently,
        User: {
          Path: '/',
          UserName,
          UserId: /^AIDA/,
          Arn: talk.arn(`user/${UserName}`),
          CreateDate: recently,
        },
      },
    ],
    IsTruncated: false,
  });
}

async function takeAway(talk: Talk, serialNumbers: readonly string[]): Promise<void> {
  for (const SerialNumber of serialNumbers) {
    await talk.refuses(
      new iam.DeleteVirtualMFADeviceCommand({ SerialNumber }),
      iam.DeleteConflictException,
      'MFA VirtualDevice in use. Must deactivate first.',
    );
    await talk.does(
      new iam.DeactivateMFADeviceCommand({ UserName, SerialNumber }),
      new iam.DeleteVirtualMFADeviceCommand({ SerialNumber }),
    );
    await talk.misses(
      `MFA Device with serial number ${SerialNumber} does not exist.`,
      new iam.DeactivateMFADeviceCommand({ UserName, SerialNumber }),
      new iam.GetMFADeviceCommand({ SerialNumber, UserName }),
      new iam.ListMFADeviceTagsCommand({ SerialNumber }),
      new iam.TagMFADeviceCommand({ SerialNumber, Tags: tags('a=b') }),
      new iam.UntagMFADeviceCommand({ SerialNumber, TagKeys: ['a'] }),
    );
  }
  await talk.does(new iam.DeleteUserCommand({ UserName }));
  await talk.misses(
    `The user with name ${UserName} cannot be found.`,
    new iam.ListMFADevicesCommand({ UserName }),
  );
}
