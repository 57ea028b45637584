import type { RunInstancesRequest } from '@aws-sdk/client-ec2';
import { ApiError } from '@carnet/wire';
import {
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  unsupportedOperation,
} from './error.ts';

/** Parameters that mean something here. */
const served: ReadonlySet<string> = new Set([
  'ClientToken',
  'DryRun',
  'IamInstanceProfile',
  'ImageId',
  'InstanceType',
  'MaxCount',
  'MetadataOptions',
  'MinCount',
  'TagSpecifications',
] satisfies (keyof RunInstancesRequest)[]);

/** Wishes about a machine, which nothing here has: they are accepted, and change nothing. */
const ofMachines: ReadonlySet<string> = new Set([
  'BlockDeviceMappings',
  'CapacityReservationSpecification',
  'CpuOptions',
  'CreditSpecification',
  'EbsOptimized',
  'InstanceInitiatedShutdownBehavior',
  'MaintenanceOptions',
  'Monitoring',
  'NetworkPerformanceOptions',
  'Placement',
  'PrivateDnsNameOptions',
] satisfies (keyof RunInstancesRequest)[]);

/** Throws what AWS answers to a launch that cannot be: order, counts, image, things that are not here. */
export function checkLaunch(input: RunInstancesRequest): void {
  checkCounts(input.MinCount ?? 0, input.MaxCount ?? 0);
  if (input.ImageId === undefined || input.ImageId === '') throw missingParameter('ImageId');
  if (!/^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(input.ImageId)) {
    const message = `Invalid id: "${input.ImageId.slice(0, 128)}" (expecting "ami-...")`;
    throw new ApiError('InvalidAMIID.Malformed', 400, message);
  }
  refuseMissing(input);
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || served.has(name) || ofMachines.has(name)) continue;
    if (asksForNothing(value)) continue;
    throw unsupportedOperation(`The parameter ${name} is not supported.`);
  }
  checkMetadataOptions(input.MetadataOptions);
}

/** What Terraform and others say of things that they do not want: `DisableApiTermination=false`. */
function asksForNothing(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) {
    const wishes = Object.values(value).filter((wish) => wish !== undefined);
    return wishes.length > 0 && wishes.every(asksForNothing);
  }
  return value === false;
}

function checkCounts(min: number, max: number): void {
  for (const [name, count] of [
    ['minCount', min],
    ['maxCount', max],
  ] as const) {
    if (count >= 1) continue;
    throw invalidParameterValue(
      `Value (${count}) for parameter ${name} is invalid. Expecting a value greater than 0.`,
    );
  }
  if (min > max) {
    throw invalidParameterCombination(
      `The minimum count ${min} may not be greater than the maximum count ${max}`,
    );
  }
}

/** Names of things that no account has here. */
function refuseMissing(input: RunInstancesRequest): void {
  const { LaunchTemplate: template, KeyName: key, SubnetId: subnet } = input;
  if (template !== undefined) {
    const { LaunchTemplateId: id, LaunchTemplateName: name } = template;
    const [code, shown] =
      id === undefined
        ? ['InvalidLaunchTemplateName.NotFoundException', name]
        : ['InvalidLaunchTemplateId.NotFound', id];
    throw missing(code, `The specified launch template, ${cut(shown)}, does not exist.`);
  }
  if (key !== undefined) {
    throw missing('InvalidKeyPair.NotFound', `The key pair '${cut(key)}' does not exist`);
  }
  if (subnet !== undefined) {
    throw missing('InvalidSubnetID.NotFound', `The subnet ID '${cut(subnet)}' does not exist`);
  }
  const [group] = [...(input.SecurityGroupIds ?? []), ...(input.SecurityGroups ?? [])];
  if (group !== undefined) {
    throw missing('InvalidGroup.NotFound', `The security group '${cut(group)}' does not exist`);
  }
}

/** The metadata service of an instance is there, and takes nothing but tokens. */
function checkMetadataOptions(options: RunInstancesRequest['MetadataOptions']): void {
  const { HttpTokens: tokens, HttpEndpoint: endpoint, InstanceMetadataTags: tags } = options ?? {};
  if (tokens === 'optional') {
    throw unsupportedOperation('The metadata service takes no requests without a token.');
  }
  if (endpoint === 'disabled') {
    throw unsupportedOperation('The metadata service cannot be disabled.');
  }
  if (tags === 'enabled') throw unsupportedOperation('The metadata service serves no tags.');
}

/** A name as an error text shows it. */
function cut(name = ''): string {
  return name.slice(0, 128);
}

function missing(code: string, message: string): ApiError {
  return new ApiError(code, 400, message);
}
