import { rereadPolicy } from '../parse/parse-policy.ts';
import type { PolicyDocument } from '../policy-document.ts';
import { type ActionIndex, indexActions } from './action-index.ts';
import { type CompiledStatement, compileStatement } from './compile-statement.ts';
import type { CompiledPolicy, PolicySource } from './compiled-policy.ts';

/**
 * Makes a document ready to be asked: statements indexed by action, patterns taken apart, conditions
 * as closures. Done once when a policy is written or loaded; the result is shared. Of requests it
 * remembers which statements cover an action and the last values of its variables, and compares
 * before it believes them. Takes documents of `parsePolicy` only: nothing is checked again. A
 * `source` that is frozen is kept as it is, and may be shared by many.
 */
export function compilePolicy(document: PolicyDocument, source: PolicySource): CompiledPolicy {
  // Before the version of 2012 a policy has no variables: `${aws:username}` is text.
  const variables = document.version === '2012-10-17';
  const statements = document.statements.map((one) => compileStatement(one, variables));
  const actions = indexActions(document.statements.map(({ action }) => action));
  const kept = Object.isFrozen(source) ? source : Object.freeze({ ...source });
  return new TextPolicy(document.text, kept, statements, actions);
}

/**
 * Keeps the text and not its nodes: of a million policies few are ever explained, and their nodes
 * would take more room than everything else together.
 */
class TextPolicy implements CompiledPolicy {
  readonly source: PolicySource;
  readonly statements: readonly CompiledStatement[];
  readonly actions: ActionIndex;
  readonly #text: string;
  #document: WeakRef<PolicyDocument> | undefined;

  constructor(
    text: string,
    source: PolicySource,
    statements: readonly CompiledStatement[],
    actions: ActionIndex,
  ) {
    this.#text = text;
    this.source = source;
    this.statements = statements;
    this.actions = actions;
  }

  get document(): PolicyDocument {
    const known = this.#document?.deref();
    if (known !== undefined) return known;
    const read = rereadPolicy(this.#text);
    this.#document = new WeakRef(read);
    return read;
  }
}
