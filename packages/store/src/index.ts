export type { ObjectFiles } from './object-files.ts';
export type { Schema } from './schema.ts';
export type { Sealing, SealingPurpose } from './sealing.ts';
export type { Change, ChangeKind, Database, Store, Transaction } from './store.ts';
