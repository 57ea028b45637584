import type { PolicySourceType, Statement } from '@aws-sdk/client-iam';
import {
  type CompiledPolicy,
  compilePolicy,
  contextKeys,
  type PolicyDocument,
  type PolicyType,
  parsePolicy,
} from '@carnet/policy';
import { invalidInput } from '../error.ts';
import { giveWay } from './give-way.ts';
import { type StatementPosition, statementPositions } from './statement-position.ts';

/** How the simulator names the types of policy: in words that its own model does not list. */
export type SourceType = 'IAM Policy' | 'Resource Policy' | 'Permissions Boundary Policy';

/** Where a policy came from, as the results name it: `PolicyInputList.1`, `user_dave_photos`. */
export interface PolicySourceId {
  readonly id: string;
  readonly type: SourceType;
}

/** A policy of a simulation, compiled, and able to say where its statements stand. */
export class SimulatedPolicy {
  readonly compiled: CompiledPolicy;
  readonly #source: PolicySourceId;
  readonly #document: PolicyDocument;
  #positions: readonly StatementPosition[] | undefined;

  constructor(document: PolicyDocument, type: PolicyType, source: PolicySourceId) {
    this.#document = document;
    this.#source = source;
    this.compiled = compilePolicy(document, { type, name: source.id });
  }

  /** Characters of the text: how much work it is to ask it. */
  get length(): number {
    return this.#document.text.length;
  }

  get contextKeys(): readonly string[] {
    return contextKeys(this.#document);
  }

  /** The values of Resource and NotResource. */
  get resources(): readonly string[] {
    return this.#document.statements.flatMap(({ resource }) =>
      (resource?.values ?? []).map(({ text }) => text),
    );
  }

  describeStatement(index: number): Statement {
    this.#positions ??= statementPositions(this.#document);
    const position = this.#positions[index];
    const sourceType: string = this.#source.type;
    return {
      SourcePolicyId: this.#source.id,
      SourcePolicyType: sourceType as PolicySourceType,
      ...(position && { StartPosition: position.start, EndPosition: position.end }),
    };
  }
}

/**
 * Policies that a request carries; throws what AWS says of the first that is none. A request has room
 * for so many that others have their turn between them.
 */
export async function readPolicyInputs(
  texts: readonly string[] | undefined,
): Promise<SimulatedPolicy[]> {
  const policies: SimulatedPolicy[] = [];
  for (const [index, text] of (texts ?? []).entries()) {
    const source = { id: `PolicyInputList.${index + 1}`, type: 'IAM Policy' } as const;
    const invalid = `Policy input list item ${index + 1} has invalid content`;
    await giveWay();
    policies.push(readPolicy(text, 'identity', { source, invalid }));
  }
  return policies;
}

export function readBoundaryInput(texts: readonly string[] | undefined) {
  const [text, second] = texts ?? [];
  if (second !== undefined) {
    throw invalidInput('The list of Permissions Boundary policies cannot exceed 1 items.');
  }
  if (text === undefined) return undefined;
  return readPolicy(text, 'permissionsBoundary', {
    source: { id: 'PermissionsBoundaryPolicyInputList.1', type: 'Permissions Boundary Policy' },
    invalid: 'Permissions boundary policy input list item 1 has invalid content',
  });
}

/** A trust policy has no Resource, and is a resource's policy all the same. */
export function readResourcePolicy(text: string): SimulatedPolicy {
  const type = parsePolicy(text, 'trust').ok ? 'trust' : 'resource';
  return readPolicy(text, type, {
    source: { id: 'ResourcePolicy', type: 'Resource Policy' },
    invalid: 'Resource policy has invalid content',
  });
}

export function readPolicy(
  text: string,
  type: PolicyType,
  { source, invalid }: { readonly source: PolicySourceId; readonly invalid: string },
): SimulatedPolicy {
  const parsed = parsePolicy(text, type, { anyVersion: true });
  if (!parsed.ok) throw invalidInput(invalid);
  return new SimulatedPolicy(parsed.document, type, source);
}
