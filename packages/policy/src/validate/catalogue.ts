/**
 * What validation knows about the services: plain data that the caller passes in, such as the
 * Service Authorization Reference gives it. Names are written as AWS writes them; they are compared
 * without regard to case.
 */
export interface Catalogue {
  readonly services: readonly CatalogueService[];
  /** `aws:…`, and the keys of services that stand in the requests of others (`ec2:RoleDelivery`). */
  readonly globalConditionKeys: readonly CatalogueConditionKey[];
  /** `eu-central-1`, of all partitions. */
  readonly regions: readonly string[];
}

export interface CatalogueService {
  /** `s3` */
  readonly prefix: string;
  /** Whether resource control policies apply to it. */
  readonly supportsResourceControl: boolean;
  readonly actions: readonly CatalogueAction[];
  readonly resourceTypes: readonly CatalogueResourceType[];
  readonly conditionKeys: readonly CatalogueConditionKey[];
}

export interface CatalogueAction {
  /** `GetObject` */
  readonly name: string;
  /** `Read`, `Tagging, Write`, as the reference has it. */
  readonly accessLevel: string;
  /** The names of resource types of the same service. */
  readonly resourceTypes: readonly string[];
  /** The keys of the action, on whichever of its resources: `aws:ResourceTag/${TagKey}`. */
  readonly conditionKeys: readonly string[];
  /** `iam:PassRole` */
  readonly dependentActions: readonly string[];
}

export interface CatalogueResourceType {
  /** `bucket` */
  readonly name: string;
  /** `arn:${Partition}:s3:::${BucketName}`; a `${…}` stands for any text. */
  readonly arn: string;
  readonly conditionKeys: readonly string[];
}

export type ConditionKeyType =
  | 'String'
  | 'ARN'
  | 'Bool'
  | 'Numeric'
  | 'Date'
  | 'IPAddress'
  | 'Binary';

export interface CatalogueConditionKey {
  /** `aws:SourceIp`, `aws:ResourceTag/${TagKey}`; a `${…}` stands for any text but none. */
  readonly name: string;
  readonly type: ConditionKeyType;
  /** `ArrayOf…` in the reference: a request may carry several values. */
  readonly multivalued: boolean;
  /** The prefixes of the only services that put the key into their requests. */
  readonly onlyServices?: readonly string[];
}
