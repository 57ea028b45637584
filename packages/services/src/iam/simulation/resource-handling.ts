import { foldAscii } from '@carnet/policy';
import { invalidInput } from '../error.ts';

/** The scenarios of starting an instance, which the API reference tells. */
const scenarios: ReadonlySet<string> = new Set([
  'EC2-Classic-InstanceStore',
  'EC2-Classic-EBS',
  'EC2-VPC-InstanceStore',
  'EC2-VPC-InstanceStore-Subnet',
  'EC2-VPC-EBS',
  'EC2-VPC-EBS-Subnet',
]);

/**
 * A scenario is of one action, and says nothing where no resources are named. Resources that it
 * would need and that are not named are not asked for: the simulator does not insist on them.
 */
export function checkResourceHandling(
  option: string | undefined,
  actions: readonly string[],
  resources: readonly string[],
): void {
  if (option === undefined || resources.includes('*')) return;
  const unfit = actions.find(
    (action) => foldAscii(action) !== 'ec2:runinstances' || !scenarios.has(option),
  );
  if (unfit === undefined) return;
  throw invalidInput(
    `Invalid input resource handling options. Action does not support resource handling options: ${unfit}.`,
  );
}
