import { isUndone, type Store, type Transaction, unavailabilityOf } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { Audit } from './audit.ts';
import { auditEvent, type Outcome } from './audit-event.ts';
import type { AuditEvent } from './audit-record.ts';
import type { LastUsed } from './authentication/last-used.ts';
import { checkMfa } from './authentication/mfa-check.ts';
import { accessDenied } from './authorization/access-denied.ts';
import type { AuthorizationState } from './authorization/authorization-state.ts';
import { type Gate, isUngated, openGate, ungated } from './authorization/gate.ts';
import { requireWithinSession } from './authorization/session-limit.ts';
import { CallContext } from './call-context.ts';
import type { LastAccessed } from './iam/last-accessed.ts';
import { refusedIamOperations } from './iam/refused-operation.ts';
import type { FunctionHost } from './lambda/function-runner.ts';
import type {
  Authorization,
  MfaInput,
  Operation,
  OperationContext,
  OperationTable,
  ResolveContext,
  Resource,
} from './operation.ts';
import { explainUnavailable } from './service-unavailable.ts';
import type { Call } from './services.ts';
import type { Settings } from './settings.ts';
import { refusedStsOperations } from './sts/refused-operation.ts';
import type { SessionMfa } from './sts/session.ts';
import { explainUnstorable } from './unstorable.ts';

/** What every call is run with. */
export interface DispatchParts {
  readonly store: Store;
  readonly settings: Settings;
  readonly state: AuthorizationState;
  readonly audit: Audit;
  readonly lastUsed: LastUsed;
  readonly lastAccessed: LastAccessed;
  readonly clock: () => number;
  /** The operation tables by service. */
  readonly tables: Readonly<Record<string, OperationTable>>;
  /** Throws when the caller's credential no longer holds: after a long body has been received. */
  readonly stillHolds: (call: Call) => Promise<void>;
  readonly onBackgroundFailure: (error: unknown) => void;
  readonly instanceMetadata: OperationContext['instanceMetadata'];
  readonly functionHost?: FunctionHost | undefined;
}

/**
 * The steps of a call, the same for every operation: authorize, prepare, run in one transaction
 * with the audit record, answer.
 */
export async function dispatch(parts: DispatchParts, call: Call): Promise<unknown> {
  const definition = findOperation(parts.tables, call);
  if (!definition) {
    const error = notServed(call);
    recordRefusal(parts, call, error);
    throw error;
  }
  // The codec decoded the input for this very operation: the table's type cannot know it.
  const operation = definition as unknown as Operation<object, unknown, unknown>;
  const run = new Run(parts, call, operation);
  return run.answer();
}

/**
 * The record of a call that was refused before it could be dispatched. Of somebody whom nobody knows
 * there is none: whoever sends nonsense could fill the disk with it.
 */
export function recordRefusal(
  { audit, clock }: Pick<DispatchParts, 'audit' | 'clock'>,
  call: Call,
  error: ApiError,
): void {
  const { caller } = call.request;
  if (caller.kind === 'anonymous') return;
  const { accountId } = caller;
  audit.requireRoom();
  audit.note(auditEvent(call, { accountId, time: clock(), readOnly: false, error }));
}

/** Own members only: a table is no place to find `constructor` in. */
function findOperation(tables: DispatchParts['tables'], { service, operation }: Call) {
  const table = Object.hasOwn(tables, service) ? tables[service] : undefined;
  return table && Object.hasOwn(table, operation) ? table[operation] : undefined;
}

/** What is refused for good, by service and operation, with the reason. */
export const refusedOperations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  iam: refusedIamOperations,
  sts: refusedStsOperations,
};

/** The model knows the operation and nothing here serves it: nothing pretends. */
export function notServed({ service, operation }: Pick<Call, 'service' | 'operation'>): ApiError {
  const reasons = refusedOperations[service] ?? {};
  const reason = Object.hasOwn(reasons, operation) ? ` ${reasons[operation]}` : '';
  const message = `The operation ${operation} is not implemented.${reason}`;
  return new ApiError('NotImplemented', 501, message);
}

/**
 * What an attempt is remembered as. AWS tracks no actions on objects: they count for the service.
 */
function trackedAction(call: Call, authorization: Authorization<object>): string {
  if (isUngated(authorization)) return `${call.service}:${call.operation}`;
  const { resource } = authorization;
  return resource?.resourceType === 'object' ? `${call.service}:` : authorization.action;
}

/** The account of a caller without one. */
const nobody = '';

/** One call under way. */
class Run {
  readonly #parts: DispatchParts;
  readonly #call: Call;
  readonly #operation: Operation<object, unknown, unknown>;
  readonly #now: number;
  #afterCommit: (() => Promise<void>)[] = [];
  readonly #afterRollback: (() => Promise<void>)[] = [];
  readonly #noteAfterCommit = (work: () => Promise<void>) => void this.#afterCommit.push(work);
  readonly #noteAfterRollback = (work: () => Promise<void>) => void this.#afterRollback.push(work);
  #atCommit = false;
  #mfa: SessionMfa | undefined;
  /** The accounts whose resources the call is about. */
  readonly #owners = new Set<string>();

  constructor(parts: DispatchParts, call: Call, operation: Operation<object, unknown, unknown>) {
    this.#parts = parts;
    this.#call = call;
    this.#operation = operation;
    this.#now = parts.clock();
  }

  async answer(): Promise<unknown> {
    // A change brings its own record, so that deleting goes on when nothing else can be written.
    if (this.#operation.access === 'read') this.#parts.audit.requireRoom();
    try {
      const output = await this.#perform();
      await this.#workAfter(this.#afterCommit);
      return output;
    } catch (thrown) {
      // When the commit itself failed nobody knows, as a rule: what a row may refer to has to stay.
      if (!this.#atCommit || isUndone(thrown)) await this.#workAfter(this.#afterRollback);
      const error = explainUnavailable(explainUnstorable(thrown, this.#call.service));
      // A disk is looked after by whoever reads the log; of a database that is lost it is told.
      if (unavailabilityOf(thrown)) this.#parts.onBackgroundFailure(thrown);
      this.#parts.audit.requireRoom();
      for (const event of this.#events({ error })) this.#parts.audit.note(event);
      throw error;
    }
  }

  async #perform(): Promise<unknown> {
    const { store, audit, stillHolds } = this.#parts;
    const { input } = this.#call;
    const operation = this.#operation;
    if (operation.mfa) await this.#checkMfa(operation.mfa(input));
    const gate = await this.#pass(undefined);
    const prepared = await operation.prepare?.(this.#context(gate, undefined), input);
    if (operation.access === 'read') {
      const output = await operation.run(this.#context(gate, undefined), input, prepared);
      const outcome = operation.recordsAnswer ? { output } : {};
      for (const event of this.#events(outcome)) audit.note(event);
      return output;
    }
    const refused = operation.refusedOutput?.(prepared, input);
    if (refused !== undefined) {
      audit.requireRoom();
      for (const event of this.#events({ error: accessDenied() })) audit.note(event);
      return refused;
    }
    const ofPreparation = this.#afterCommit;
    return store.transaction(async (transaction) => {
      this.#atCommit = false;
      this.#afterCommit = [...ofPreparation];
      this.#owners.clear();
      // Receiving a body takes minutes, and so may waiting for others' transactions: what was
      // allowed when the call began is asked again, of the rows that it is about to change.
      await stillHolds(this.#call);
      const gateInside = await this.#pass(transaction);
      const output = await operation.run(this.#context(gateInside, transaction), input, prepared);
      for (const event of this.#events({ output })) await audit.write(transaction.database, event);
      this.#atCommit = true;
      return output;
    });
  }

  /** Once, before everything that is asked of policies, which then know of it. */
  async #checkMfa(mfa: MfaInput): Promise<void> {
    const { request, service, operation } = this.#call;
    requireWithinSession(request.caller, service, operation);
    const facts = { store: this.#parts.store, now: this.#now };
    this.#mfa = await checkMfa(facts, request.caller, mfa);
  }

  async #pass(transaction: Transaction | undefined): Promise<Gate> {
    const { store, state, settings, lastAccessed } = this.#parts;
    const { request, input } = this.#call;
    const action = trackedAction(this.#call, this.#operation.authorization);
    lastAccessed.note(request.caller, action, this.#now, request.region);
    requireWithinSession(request.caller, this.#call.service, this.#call.operation);
    const { authorization } = this.#operation;
    if (isUngated(authorization)) return ungated(request, authorization.action);
    const gate = await openGate({
      state,
      sealing: store.sealing,
      request,
      resolveContext: this.#resolveContext(transaction),
      now: this.#now,
      region: settings.region,
      mfaAuthenticatedAt: this.#mfa?.authenticatedAt,
      onResource: (resource) => this.#noteOwner(resource),
    });
    await gate.check(authorization, input);
    // What was just decided by what is known holds only while nobody else can have changed it.
    this.#parts.store.assertAvailable();
    return gate;
  }

  /**
   * A bucket's owner is looked up, and a function with a policy is there. Any other ARN is the
   * caller's word: nobody writes into another account's record, or that of an account still to be
   * made, by naming it. Whoever assumes a role has found it.
   */
  #noteOwner({ accountId, policy }: Resource): void {
    const { service } = this.#call;
    const isKnown = service === 's3' || service === 'sts' || policy !== undefined;
    if (isKnown) this.#owners.add(accountId);
  }

  /** The call is decided: tidying up that fails is reported and changes no answer. */
  async #workAfter(works: readonly (() => Promise<void>)[]): Promise<void> {
    for (const work of works) await work().catch(this.#parts.onBackgroundFailure);
  }

  /** Inside a transaction everything is read through it. */
  #resolveContext(transaction: Transaction | undefined): ResolveContext {
    const { store, state, settings } = this.#parts;
    const { caller } = this.#call.request;
    if (!transaction) {
      return { caller, database: store.database, resourcePolicies: state, settings };
    }
    const { database } = transaction;
    return {
      caller,
      database,
      settings,
      resourcePolicies: {
        bucket: (name) => state.bucketIn(database, name),
        role: (accountId, roleId) => state.role(accountId, roleId),
        function: (accountId, name) => state.functionIn(database, accountId, name),
      },
    };
  }

  #context(gate: Gate, transaction: Transaction | undefined): OperationContext {
    const { store, settings, functionHost } = this.#parts;
    return new CallContext({
      functionHost,
      store,
      settings,
      call: this.#call,
      now: this.#now,
      mfa: this.#mfa,
      gate,
      resolveContext: this.#resolveContext(transaction),
      transaction,
      afterCommit: this.#noteAfterCommit,
      afterRollback: this.#noteAfterRollback,
      instanceMetadata: this.#parts.instanceMetadata,
    });
  }

  /** One for the caller's account, and one for each other whose resources the call is about. */
  #events(outcome: Outcome): readonly AuditEvent[] {
    const { caller } = this.#call.request;
    const own = caller.kind === 'anonymous' ? nobody : caller.accountId;
    const isRefused = this.#call.service === 'sts' && outcome.error !== undefined;
    const owners = isRefused ? [] : [...this.#owners];
    const others = owners.filter((accountId) => accountId !== own && accountId !== nobody);
    const recipients = own === nobody && others.length > 0 ? others : [own, ...others];
    const facts = { time: this.#now, readOnly: this.#operation.access === 'read', ...outcome };
    return recipients.map((accountId) => auditEvent(this.#call, { ...facts, accountId }));
  }
}
