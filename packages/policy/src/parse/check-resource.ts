import type { TextProblem } from './check-action.ts';

export const PARTITIONS: readonly string[] = [
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-eusc',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
];

const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

/** Newer types, which AWS takes and does not name in its message. */
const UNNAMED_IAM_PATHS = ['assumed-role/', 'delegation-request/'];

/** S3's resources that live in a region; buckets and objects are named without one. */
const REGIONAL_S3_RESOURCES = [
  'accesspoint/',
  'access-grants/',
  'async-request/',
  'job/',
  'storage-lens/',
  'storage-lens-group/',
];

/** An entry with empty parts and too few of them: AWS's older reader stumbles over it. */
export function legacyResourceProblem(text: string): boolean {
  const parts = text.split(':');
  if (parts.length < 3 || !isPartition(parts[1] ?? '')) return false;
  return parts[2] === '' || (parts.length < 6 && text.includes('::'));
}

/** A Resource entry is `*` or an ARN, perhaps with wildcards, perhaps cut short after the service. */
export function resourceFormatProblem(text: string): TextProblem | undefined {
  if (text === '*') return undefined;
  const parts = text.split(':');
  const [prefix = '', partition = '', service = '', region = ''] = parts;
  if (parts.length === 1) return notAnArn(text);
  if (!isPartition(partition)) return partitionProblem(partition, parts.slice(2));
  if (prefix !== 'arn') return notAnArn(text);
  if (parts.length === 2 || /[*?]/.test(service)) {
    const message = 'Resource vendor must be fully qualified and cannot contain regexes.';
    return { code: 'resource-vendor', message };
  }
  const resource = parts.length < 6 ? undefined : parts.slice(5).join(':');
  if (service === 'iam') return iamResourceProblem(text, region, resource);
  if (service === 's3') return s3ResourceProblem(text, region, resource);
  return undefined;
}

function notAnArn(text: string): TextProblem {
  return { code: 'resource-arn', message: `Resource ${text} must be in ARN format or "*".` };
}

function isPartition(text: string): boolean {
  return PARTITIONS.includes(text) || /[*?]/.test(text);
}

/** AWS shows the entry with what is missing filled up by stars. */
function partitionProblem(partition: string, rest: readonly string[]): TextProblem {
  const [service = '*', region = '*', account = '*', ...resource] = rest;
  const shown = ['arn', partition, service, region, account];
  const arn = [...shown, resource.length === 0 ? '*' : resource.join(':')].join(':');
  const message = `Partition "${partition}" is not valid for resource "${arn}".`;
  return { code: 'resource-partition', message };
}

function iamResourceProblem(
  text: string,
  region: string,
  resource: string | undefined,
): TextProblem | undefined {
  if (namesRegion(region)) {
    const message = `IAM resource ${text} cannot contain region information.`;
    return { code: 'resource-region', message };
  }
  if (resource === undefined || resource === 'root') return undefined;
  const [head = ''] = resource.split('/', 1);
  const paths = [...IAM_PATHS, ...UNNAMED_IAM_PATHS];
  if (/[*?$]/.test(head) || paths.some((path) => resource.startsWith(path))) return undefined;
  const message = `IAM resource path must either be "*" or start with ${IAM_PATHS.join(', ')}.`;
  return { code: 'resource-path', message };
}

function s3ResourceProblem(
  text: string,
  region: string,
  resource: string | undefined,
): TextProblem | undefined {
  if (!namesRegion(region) || resource === undefined) return undefined;
  if (/^[*?$]/.test(resource)) return undefined;
  if (REGIONAL_S3_RESOURCES.some((type) => resource.startsWith(type))) return undefined;
  const message = `Resource ${text} can not contain region information.`;
  return { code: 'resource-region', message };
}

function namesRegion(region: string): boolean {
  return region !== '' && !/[*?]/.test(region);
}
