import type { Store, Transaction } from '@carnet/store';
import { ApiError, describeForRecord, serviceModel } from '@carnet/wire';
import type { Audit, AuditFacts } from './audit.ts';
import type { LastUsed } from './authentication/last-used.ts';
import type { AuthorizationState } from './authorization/authorization-state.ts';
import { accessDenied, type Gate, openGate } from './authorization/gate.ts';
import type { Operation, OperationContext, OperationTable } from './operation.ts';
import type { Call } from './services.ts';
import type { Settings } from './settings.ts';

/** What every call is run with. */
export interface DispatchParts {
  readonly store: Store;
  readonly settings: Settings;
  readonly state: AuthorizationState;
  readonly audit: Audit;
  readonly lastUsed: LastUsed;
  readonly clock: () => number;
  /** The operation tables by service. */
  readonly tables: Readonly<Record<string, OperationTable>>;
  /** Throws when the caller's credential no longer holds: after a long body has been received. */
  readonly stillHolds: (call: Call) => Promise<void>;
}

/**
 * The steps of a call, the same for every operation: authorize, prepare, run in one transaction
 * with the audit record, answer.
 */
export async function dispatch(parts: DispatchParts, call: Call): Promise<unknown> {
  const definition = parts.tables[call.service]?.[call.operation];
  if (!definition) throw notServed(call.operation);
  // The codec decoded the input for this very operation: the table's type cannot know it.
  const operation = definition as unknown as Operation<object, unknown, unknown>;
  const run = new Run(parts, call, operation);
  return run.answer();
}

/** The model knows the operation and nothing here serves it: nothing pretends. */
function notServed(operation: string): ApiError {
  return new ApiError('NotImplemented', 501, `The operation ${operation} is not implemented.`);
}

/** One call under way. */
class Run {
  readonly #parts: DispatchParts;
  readonly #call: Call;
  readonly #operation: Operation<object, unknown, unknown>;
  readonly #now: number;
  #afterCommit: (() => Promise<void>)[] = [];
  readonly #afterRollback: (() => Promise<void>)[] = [];

  constructor(parts: DispatchParts, call: Call, operation: Operation<object, unknown, unknown>) {
    this.#parts = parts;
    this.#call = call;
    this.#operation = operation;
    this.#now = parts.clock();
  }

  async answer(): Promise<unknown> {
    try {
      const output = await this.#perform();
      for (const work of this.#afterCommit) await work();
      return output;
    } catch (error) {
      for (const work of this.#afterRollback) await work();
      this.#parts.audit.note(this.#facts({ error }));
      throw error;
    }
  }

  async #perform(): Promise<unknown> {
    const { store, audit } = this.#parts;
    const { input } = this.#call;
    const operation = this.#operation;
    let gate = await this.#pass();
    const prepared = await operation.prepare?.(this.#context(gate, undefined), input);
    if (operation.prepare) {
      // Receiving a body can take minutes: what was allowed when it began may be so no more.
      await this.#parts.stillHolds(this.#call);
      gate = await this.#pass();
    }
    if (operation.access === 'read') {
      const output = await operation.run(this.#context(gate, undefined), input, prepared);
      audit.note(this.#facts({}));
      return output;
    }
    const ofPreparation = this.#afterCommit;
    return store.transaction(async (transaction) => {
      this.#afterCommit = [...ofPreparation];
      const output = await operation.run(this.#context(gate, transaction), input, prepared);
      await audit.write(transaction.database, this.#facts({ output }));
      return output;
    });
  }

  async #pass(): Promise<Gate> {
    const { state, store } = this.#parts;
    const { request, input } = this.#call;
    const resolveContext = {
      caller: request.caller,
      database: store.database,
      resourcePolicies: state,
    };
    const gate = await openGate(state, request, resolveContext, this.#now);
    await gate.check(this.#operation.authorization, input);
    return gate;
  }

  #context(gate: Gate, transaction: Transaction | undefined): OperationContext {
    const { store, settings, state } = this.#parts;
    const { caller, region } = this.#call.request;
    return {
      caller,
      get accountId() {
        if (caller.kind === 'anonymous') throw accessDenied();
        return caller.accountId;
      },
      requestId: this.#call.requestId,
      region,
      now: this.#now,
      settings,
      database: transaction?.database ?? store.database,
      sealing: store.sealing,
      objectFiles: store.objectFiles,
      resourcePolicies: transaction
        ? { bucket: (name) => state.bucketIn(transaction.database, name) }
        : state,
      changed(change) {
        if (!transaction) throw new Error('a read recorded a change');
        transaction.changed(change);
      },
      afterCommit: (work) => void this.#afterCommit.push(work),
      afterRollback: (work) => void this.#afterRollback.push(work),
      isAllowed: gate.isAllowed,
    };
  }

  #facts(outcome: { readonly output?: unknown; readonly error?: unknown }): AuditFacts {
    const { request, service, operation, input, requestId } = this.#call;
    const { caller } = request;
    const model = serviceModel(service);
    return {
      caller,
      accountId: caller.kind === 'anonymous' ? '' : caller.accountId,
      time: this.#now,
      service,
      operation,
      region: request.region,
      sourceIp: request.transport.sourceIp,
      userAgent: request.headers.get('user-agent'),
      requestId,
      readOnly: this.#operation.access === 'read',
      requestParameters: model && describeForRecord(model, operation, 'input', input),
      responseElements: model && describeForRecord(model, operation, 'output', outcome.output),
      error: outcome.error,
    };
  }
}
