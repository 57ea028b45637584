import type { Position } from '../problem.ts';

/** A JSON text as nodes that know where they stand. Objects keep every member, duplicates too. */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonBoolean | JsonNull;

interface Placed {
  readonly start: Position;
  /** Behind the last character. */
  readonly end: Position;
}

export interface JsonObject extends Placed {
  readonly kind: 'object';
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  readonly name: JsonString;
  readonly value: JsonNode;
}

export interface JsonArray extends Placed {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

export interface JsonString extends Placed {
  readonly kind: 'string';
  readonly text: string;
}

export interface JsonNumber extends Placed {
  readonly kind: 'number';
  /** As written. */
  readonly text: string;
}

export interface JsonBoolean extends Placed {
  readonly kind: 'boolean';
  readonly text: 'true' | 'false';
}

export interface JsonNull extends Placed {
  readonly kind: 'null';
}
