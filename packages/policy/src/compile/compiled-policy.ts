import type { PolicyDocument } from '../policy-document.ts';
import type { PolicyType } from '../policy-type.ts';
import type { ActionIndex } from './action-index.ts';
import type { CompiledStatement } from './compile-statement.ts';

/** Where a policy came from, carried through to every reason. */
export interface PolicySource {
  readonly type: PolicyType;
  /** The policy's name as a person knows it, `developers-photos`. */
  readonly name: string;
  /** Managed policies have one; inline and resource policies do not. */
  readonly arn?: string;
}

/** A document made ready to be asked; shared between principals. */
export interface CompiledPolicy {
  readonly document: PolicyDocument;
  readonly source: PolicySource;
  /** The engine's own, in the document's order. */
  readonly statements: readonly CompiledStatement[];
  /** The engine's own: which of them cover an action. */
  readonly actions: ActionIndex;
}
