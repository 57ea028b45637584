import type { InstanceMetadata } from '@carnet/services';

/** Says on stderr why a program that is started will find no credentials; it may do without. */
export function noteMissingCredentials({ instanceId, profile }: InstanceMetadata): void {
  const why = whyMissing(profile);
  if (why === undefined) return;
  process.stderr.write(`carnet: there are no credentials for \`${instanceId}\`: ${why}\n`);
}

function whyMissing(profile: InstanceMetadata['profile']): string | undefined {
  if (profile === undefined) return 'no instance profile is associated with it';
  if (!profile.exists) return 'its instance profile was deleted';
  if (profile.role === undefined) return 'there is no role in its instance profile';
  if (profile.role.credentials !== undefined) return undefined;
  const { roleName } = profile.role;
  return `the trust policy of the role \`${roleName}\` does not let ec2.amazonaws.com assume it`;
}
