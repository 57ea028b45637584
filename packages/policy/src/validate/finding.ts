import type { Position } from '../problem.ts';

/** How much a finding weighs, in Access Analyzer's words (its pages write WARNING as "general"). */
export type FindingType = 'ERROR' | 'SECURITY_WARNING' | 'WARNING' | 'SUGGESTION';

/** What `ValidatePolicy` reports about one place of a document (`ValidatePolicyFinding`). */
export interface Finding {
  readonly findingType: FindingType;
  /** Access Analyzer's spelling, `INVALID_ACTION`. */
  readonly issueCode: string;
  /** Access Analyzer's `findingDetails`: its facts in our words. */
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
  /** `Statement[0].Action[1]` */
  readonly path: string;
  readonly start: Position;
  /** Behind the last character. */
  readonly end: Position;
  /** The check's section of the IAM User Guide. */
  readonly learnMoreLink: string;
}

/** What a resource policy hangs on: `validatePolicyResourceType` of `ValidatePolicy`. */
export type PolicyResourceType =
  | 'AWS::S3::Bucket'
  | 'AWS::S3::AccessPoint'
  | 'AWS::S3::MultiRegionAccessPoint'
  | 'AWS::S3ObjectLambda::AccessPoint'
  | 'AWS::DynamoDB::Table';

/** Sizes in characters; a quota that was raised is told here. */
export interface PolicyQuotas {
  /** White space not counted. */
  readonly identity: number;
  /** White space not counted. */
  readonly trust: number;
  /** White space counted, as in the next two. */
  readonly resource: number;
  readonly serviceControl: number;
  readonly resourceControl: number;
}

export interface ValidationOptions {
  /** For policies of the type `resource`; without it only what holds for all of them is checked. */
  readonly resourceType?: PolicyResourceType;
  readonly quotas?: Partial<PolicyQuotas>;
}
