import type { Position } from './problem.ts';

/** A policy document as frozen nodes that keep their place in the text. */
export interface PolicyDocument {
  readonly kind: 'PolicyDocument';
  /** `2008-10-17` when the text names none. */
  readonly version: '2008-10-17' | '2012-10-17';
  readonly id: string | undefined;
  readonly statements: readonly Statement[];
  /** The text it was parsed from. */
  readonly text: string;
}

export interface Statement {
  readonly kind: 'Statement';
  /** From 0. */
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** Absent where the policy type has none. */
  readonly principal: PrincipalElement | undefined;
  readonly action: ValueList;
  /** Absent in trust policies. */
  readonly resource: ValueList | undefined;
  readonly conditions: readonly Condition[];
  /** From the opening brace to behind the closing one. */
  readonly start: Position;
  readonly end: Position;
}

/** `Action`/`NotAction` and `Resource`/`NotResource`: one element, negated or not. */
export interface ValueList {
  readonly kind: 'ValueList';
  readonly negated: boolean;
  readonly values: readonly TextNode[];
}

export interface PrincipalElement {
  readonly kind: 'PrincipalElement';
  readonly negated: boolean;
  readonly entries: readonly PrincipalEntry[];
}

export interface PrincipalEntry {
  /** `"*"` stands as type `*`. */
  readonly type: '*' | 'AWS' | 'Service' | 'Federated' | 'CanonicalUser';
  readonly value: TextNode;
}

/** One operator with one key: `"StringLike": {"aws:PrincipalTag/team": ["a", "b"]}`. */
export interface Condition {
  readonly kind: 'Condition';
  /** As written, `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  /** As written. */
  readonly key: string;
  readonly values: readonly TextNode[];
  readonly position: Position;
}

/** A string (booleans and numbers of conditions are read as their text) and where it stands. */
export interface TextNode {
  readonly text: string;
  readonly position: Position;
}
