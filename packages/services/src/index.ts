export type { Caller } from './authentication/caller.ts';
export type { Operation, OperationContext, OperationTable } from './operation.ts';
export { defaultQuotas, type Settings } from './settings.ts';
