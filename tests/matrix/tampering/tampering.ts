import { familyOf } from '../form.ts';
import type { Pair, RawCall } from '../raw-call.ts';
import { type Refusal, refusalOf, type Situation } from '../refusal.ts';
import type { ServedOperation } from '../served-operation.ts';
import { type Draft, type SignedCall, type Signing, sign, trailerName } from '../signer.ts';
import type { World } from '../world.ts';

/** One served operation, as one client of it calls. */
export interface Cell {
  readonly operation: ServedOperation;
  readonly draft: Draft;
  readonly signing: Signing;
  readonly world: World;
}

/** Something that makes a request another one than its caller signed, or may sign. */
export interface Tampering {
  readonly name: string;
  readonly applies: (cell: Cell) => boolean;
  /** In how many places it can be done. */
  readonly places: (cell: Cell) => number;
  /** Whether each place is a case of its own, or one stands for all. */
  readonly eachPlace: boolean;
  readonly call: (cell: Cell, place: number) => RawCall;
  readonly refusal: (cell: Cell, place: number) => Refusal;
}

type Reason = Situation | ((cell: Cell, place: number) => Situation | Refusal);

interface More {
  readonly applies?: (cell: Cell) => boolean;
  /** Each is a case of its own. */
  readonly places?: (cell: Cell) => number;
  /** Places of which one stands for all. */
  readonly samples?: (cell: Cell) => number;
}

/** What somebody without the key does to a signed request. */
export function onTheWay(
  name: string,
  change: (call: SignedCall, place: number, cell: Cell) => RawCall,
  reason: Reason,
  more: More = {},
): Tampering {
  return tampering(name, (cell, place) => change(signed(cell), place, cell), reason, more);
}

interface Altered {
  readonly draft?: Partial<Draft>;
  readonly signing?: Partial<Signing>;
}

/** What nobody may sign. */
export function bySigner(
  name: string,
  alter: (cell: Cell, place: number) => Altered,
  reason: Reason,
  more: More = {},
): Tampering {
  const call = (cell: Cell, place: number) => {
    const { draft, signing } = alter(cell, place);
    return sign({ ...cell.draft, ...draft }, { ...cell.signing, ...signing });
  };
  return tampering(name, call, reason, more);
}

function tampering(name: string, call: Tampering['call'], reason: Reason, more: More): Tampering {
  const { applies = () => true, places, samples } = more;
  return {
    name,
    applies,
    places: places ?? samples ?? (() => 1),
    eachPlace: samples === undefined,
    call,
    refusal(cell, place) {
      const found = typeof reason === 'function' ? reason(cell, place) : reason;
      return typeof found === 'string' ? refusalOf(found, shapeOf(cell)) : found;
    },
  };
}

/** The untouched call, signed once. */
export function signed(cell: Cell): SignedCall {
  const known = signedCalls.get(cell);
  if (known !== undefined) return known;
  const call = sign(cell.draft, cell.signing);
  signedCalls.set(cell, call);
  return call;
}

const signedCalls = new WeakMap<Cell, SignedCall>();

export function shapeOf({ signing: { service } }: Cell): Refusal['shape'] {
  return service === 'ec2' ? service : familyOf(service);
}
export const isS3 = ({ signing }: Cell) => signing.service === 's3';
export const isJson = (cell: Cell) => shapeOf(cell) === 'json';
/** Of a service whose parameters are a form. */
export const isForm = ({ signing }: Cell) => familyOf(signing.service) === 'query';
/** Of a service that takes a body only when it is signed as a whole. */
export const isQuery = (cell: Cell) => !isS3(cell);
export const isHeader = ({ signing }: Cell) => signing.form.kind === 'header';
export const isPresigned = ({ signing }: Cell) => signing.form.kind === 'presigned';
export const isVersion2 = ({ signing }: Cell) => signing.form.kind === 'version2';
/** With Signature Version 4. */
export const isSigned = (cell: Cell) => isHeader(cell) || isPresigned(cell);
export const isAnonymous = ({ signing }: Cell) => signing.form.kind === 'anonymous';
export const isSession = ({ signing }: Cell) => signing.credentials.sessionToken !== undefined;
export const both =
  (...conditions: readonly ((cell: Cell) => boolean)[]) =>
  (cell: Cell) =>
    conditions.every((condition) => condition(cell));

/** The names under which a cell's request is signed. */
export function signedNames(cell: Cell): string[] {
  const { headers, query } = signed(cell);
  const listed =
    cell.signing.form.kind === 'header'
      ? /SignedHeaders=([^,]*)/.exec(textOf(headers, 'authorization'))?.[1]
      : decodeURIComponent(textOf(query, 'X-Amz-SignedHeaders'));
  return (listed ?? '').split(';');
}

export function textOf(pairs: readonly Pair[], name: string): string {
  return pairs.find(([other]) => other === name)?.[1] ?? '';
}

export const has = (pairs: readonly Pair[], name: string) =>
  pairs.some(([other]) => other === name);

export function withValue(pairs: readonly Pair[], name: string, value: string): Pair[] {
  return pairs.map((pair) => (pair[0] === name ? [name, value] : pair));
}

export const without = (pairs: readonly Pair[], name: string): Pair[] =>
  pairs.filter(([other]) => other !== name);

/** The same length, another value. */
export function flip(text: string, place: number): string {
  const index = place % text.length;
  const other = text[index] === '0' ? '1' : '0';
  return text.slice(0, index) + other + text.slice(index + 1);
}

/** Each character in its other case. */
export const otherCase = (text: string) =>
  text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );

/** Whether a cell's payload is of one of these modes. */
export const isOfMode =
  (...payloads: readonly string[]) =>
  ({ signing }: Cell) =>
    payloads.includes(signing.form.payload);

/** Whether a signed header holds a checksum of the content. */
export const hasChecksum = ({ draft }: Cell) => has(draft.headers, trailerName);
