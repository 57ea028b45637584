export type {
  AnonymousCaller,
  AssumedRoleCaller,
  Caller,
  RootCaller,
  UserCaller,
} from './authentication/caller.ts';
export { createServices, operationTables, type ServicesOptions } from './create-services.ts';
export { notServed, refusedOperations } from './dispatch.ts';
export type {
  FunctionInvocation,
  FunctionResult,
  FunctionRunner,
} from './lambda/function-runner.ts';
export { readZip, type ZippedFile } from './lambda/zip.ts';
export type { Operation, OperationContext, OperationTable } from './operation.ts';
export { checkDocumentDigest, refuseUnknownChecksum } from './s3/document-digest.ts';
export type {
  Account,
  Call,
  Operator,
  Services,
  TemporaryCredentials,
  Transport,
  VerifiedRequest,
} from './services.ts';
export { defaultQuotas, type Quotas, type Settings } from './settings.ts';
export { rootTaskNames } from './sts/root-session.ts';
export type { InstanceEnrolment } from './workload/enroll-instance.ts';
export type {
  InstanceMetadata,
  ProfileMetadata,
  RoleMetadata,
  TaskCredentials,
  WorkloadCredentials,
} from './workload/instance-metadata.ts';
