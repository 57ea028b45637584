import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { InstanceMetadata } from '@carnet/services';
import { ApiError } from '@carnet/wire';
import { Failure } from '../failure.ts';
import { announceChanges } from './announce-changes.ts';
import { isRefusal } from './held-metadata.ts';
import { isGone } from './operator-source.ts';

const id = 'i-0123456789abcdef0';
const credentials = {
  accessKeyId: 'ASIA',
  secretAccessKey: 'x',
  sessionToken: 'x',
  issuedAt: 0,
  expiration: 1,
};
const withRole = (role: NonNullable<InstanceMetadata['profile']>['role']): InstanceMetadata => ({
  accountId: '123456789012',
  instanceId: id,
  imageId: 'ami-0123456789abcdef0',
  instanceType: 't3.micro',
  region: 'us-east-1',
  availabilityZone: 'us-east-1a',
  architecture: 'x86_64',
  launchedAt: 0,
  profile: {
    instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/PhotoApp',
    instanceProfileId: 'AIPA',
    associatedAt: 0,
    exists: true,
    role,
  },
});
const good = withRole({ roleName: 'PhotoAppRole', credentials });
const untrusting = withRole({ roleName: 'PhotoAppRole', credentials: undefined });
const empty = withRole(undefined);
const gone = new Failure({
  what: 'x',
  why: 'it does not run',
  next: 'x',
  code: 'IncorrectInstanceState',
});
const away = new Failure({ what: 'no server runs', why: 'x', next: 'x' });

/** Lines that are printed when these are the answers, one every so many milliseconds. */
async function printed(
  first: InstanceMetadata,
  answers: readonly (InstanceMetadata | Error)[],
  interval: number,
): Promise<readonly string[]> {
  const lines: string[] = [];
  let next: InstanceMetadata | Error = first;
  const ask = announceChanges(
    {
      first,
      ask: async () => {
        if (next instanceof Error) throw next;
        return next;
      },
      isGone: (error) => isGone(error) || isRefusal(error),
    },
    Date.now,
    (line) => lines.push(line),
  );
  for (next of answers) {
    mock.timers.tick(interval);
    await ask().catch((error) => assert.equal(error, next));
  }
  mock.timers.tick(10_000);
  return lines;
}

const none = `carnet: there are no credentials for \`${id}\``;
const again = `carnet: there are credentials for \`${id}\` again\n`;
const untrusted =
  `${none}: the trust policy of the role \`PhotoAppRole\` ` +
  'does not let ec2.amazonaws.com assume it\n';
const noRole = `${none}: there is no role in its instance profile\n`;
const unknown =
  `carnet: the server cannot be asked about \`${id}\`; ` +
  'programs keep what they have until it ends\n';

test('every change is said once, and two of them not within three seconds', async (context) => {
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 1_000_000 });
  context.after(() => mock.timers.reset());
  const answers = [good, untrusting, untrusting, good, gone, gone, away, away, good, empty];
  assert.deepEqual(await printed(good, answers, 3000), [
    untrusted,
    again,
    `${none}: it does not run\n`,
    unknown,
    again,
    noRole,
  ]);
  const replaced = new ApiError('InvalidClientTokenId', 403, 'The security token is invalid.');
  assert.deepEqual(await printed(good, [replaced, replaced], 3000), [
    `${none}: the server does not know its key; it was enrolled again, or terminated\n`,
  ]);
  assert.deepEqual(await printed(untrusting, [untrusting, empty, good], 3000), [
    untrusted,
    noRole,
    again,
  ]);
  const changes = Array.from({ length: 29 }, (_, index) => (index % 2 === 0 ? untrusting : good));
  const often = await printed(good, changes, 100);
  assert.deepEqual(often, [untrusted]);
  assert.deepEqual(await printed(good, [untrusting, empty, good], 100), [untrusted, again]);
});
