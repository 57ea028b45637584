export type {
  AnonymousCaller,
  AssumedRoleCaller,
  Caller,
  RootCaller,
  UserCaller,
} from './authentication/caller.ts';
export type { Operation, OperationContext, OperationTable } from './operation.ts';
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
