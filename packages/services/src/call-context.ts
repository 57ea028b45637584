import type { Change, Database, ObjectFiles, Sealing, Store, Transaction } from '@carnet/store';
import type { Caller } from './authentication/caller.ts';
import { accessDenied } from './authorization/access-denied.ts';
import type { Gate } from './authorization/gate.ts';
import type { FunctionHost } from './lambda/function-runner.ts';
import type { OperationContext, ResolveContext, ResourcePolicies } from './operation.ts';
import type { Call } from './services.ts';
import type { Settings } from './settings.ts';
import type { SessionMfa } from './sts/session.ts';

type Work = () => Promise<void>;

/** What the context of a call is made of. */
interface ContextParts {
  readonly store: Store;
  readonly settings: Settings;
  readonly call: Call;
  readonly now: number;
  readonly mfa: SessionMfa | undefined;
  readonly gate: Gate;
  readonly resolveContext: ResolveContext;
  readonly transaction: Transaction | undefined;
  readonly afterCommit: (work: Work) => void;
  readonly afterRollback: (work: Work) => void;
  readonly instanceMetadata: OperationContext['instanceMetadata'];
  readonly functionHost: FunctionHost | undefined;
}

/** `OperationContext` of one call. A class, since a literal with a getter costs ten times as much. */
export class CallContext implements OperationContext {
  readonly caller: Caller;
  readonly database: Database;
  readonly resourcePolicies: ResourcePolicies;
  readonly requestId: string;
  readonly region: string;
  readonly now: number;
  readonly mfa: SessionMfa | undefined;
  readonly settings: Settings;
  readonly sealing: Sealing;
  readonly objectFiles: ObjectFiles;
  readonly changed: (change: Change) => void;
  readonly afterCommit: (work: Work) => void;
  readonly afterRollback: (work: Work) => void;
  readonly isAllowed: OperationContext['isAllowed'];
  readonly instanceMetadata: OperationContext['instanceMetadata'];
  readonly functionHost: FunctionHost | undefined;

  constructor(parts: ContextParts) {
    const { store, call, resolveContext } = parts;
    this.caller = resolveContext.caller;
    this.database = resolveContext.database;
    this.resourcePolicies = resolveContext.resourcePolicies;
    this.requestId = call.requestId;
    this.region = call.request.region;
    this.now = parts.now;
    this.mfa = parts.mfa;
    this.settings = parts.settings;
    this.sealing = store.sealing;
    this.objectFiles = store.objectFiles;
    this.changed = parts.transaction?.changed ?? changedByRead;
    this.afterCommit = parts.afterCommit;
    this.afterRollback = parts.afterRollback;
    this.isAllowed = parts.gate.isAllowed;
    this.instanceMetadata = parts.instanceMetadata;
    this.functionHost = parts.functionHost;
  }

  get accountId(): string {
    if (this.caller.kind === 'anonymous') throw accessDenied();
    return this.caller.accountId;
  }
}

function changedByRead(): never {
  throw new Error('a read recorded a change');
}
