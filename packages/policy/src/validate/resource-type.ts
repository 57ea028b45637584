import type { IndexedAction } from './catalogue-index.ts';
import type { PolicyResourceType } from './finding.ts';
import { isPlain, readResourceEntry } from './resource-entry.ts';

interface ResourceTypeFacts {
  /** The prefix of the actions. */
  readonly actionService: string;
  /** The service in the ARN. */
  readonly arnService: string;
  /** How the resource part begins; undefined for names without a type. */
  readonly resourceStarts: readonly string[] | undefined;
}

const S3_TYPED = ['accesspoint/', 'access-grants/', 'async-request/', 'job/', 'storage-lens'];

const FACTS: Readonly<Record<PolicyResourceType, ResourceTypeFacts>> = {
  'AWS::S3::Bucket': { actionService: 's3', arnService: 's3', resourceStarts: undefined },
  'AWS::S3::AccessPoint': {
    actionService: 's3',
    arnService: 's3',
    resourceStarts: ['accesspoint/'],
  },
  'AWS::S3::MultiRegionAccessPoint': {
    actionService: 's3',
    arnService: 's3',
    resourceStarts: ['accesspoint/'],
  },
  'AWS::S3ObjectLambda::AccessPoint': {
    actionService: 's3-object-lambda',
    arnService: 's3-object-lambda',
    resourceStarts: ['accesspoint/'],
  },
  'AWS::DynamoDB::Table': {
    actionService: 'dynamodb',
    arnService: 'dynamodb',
    resourceStarts: ['table/'],
  },
};

/** Whether an action can be done on what the policy hangs on. */
export function supportsAction(type: PolicyResourceType | 'trust', action: IndexedAction): boolean {
  if (type === 'trust') {
    return action.service === 'sts' && action.arns.some((arn) => arn.includes(':role/'));
  }
  const { actionService, arnService } = FACTS[type];
  if (action.service !== actionService) return false;
  return action.arns.some((arn) => readResourceEntry(arn).service === arnService);
}

/** Whether an entry of Resource can be what the policy hangs on. */
export function supportsResource(type: PolicyResourceType, text: string): boolean {
  const { arnService, resourceStarts } = FACTS[type];
  const { service, resource = '' } = readResourceEntry(text);
  if (text === '*' || !isPlain(service)) return true;
  if (service !== arnService) return false;
  if (resource.startsWith('*') || resource.startsWith('$')) return true;
  if (resourceStarts !== undefined)
    return resourceStarts.some((start) => resource.startsWith(start));
  return !S3_TYPED.some((start) => resource.startsWith(start));
}
