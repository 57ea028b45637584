import assert from 'node:assert/strict';
import type { Credentials } from '../started-server.ts';
import { asQuery, draftOf } from './draft.ts';
import { familyOf, formsOf } from './form.ts';
import { createLeakCheck } from './leak.ts';
import { type Answer, type Connection, openConnection } from './raw-call.ts';
import { assertRefused } from './refusal.ts';
import { type ServedOperation, servedOperations } from './served-operation.ts';
import { isOfVersion2 } from './signer.ts';
import { anonymousTamperings } from './tampering/anonymous.ts';
import { authorizationHeaderTamperings } from './tampering/authorization-header.ts';
import { chunkTamperings } from './tampering/chunk.ts';
import { credentialTamperings } from './tampering/credential.ts';
import { payloadTamperings } from './tampering/payload.ts';
import { presignedQueryTamperings } from './tampering/presigned-query.ts';
import { requestTamperings } from './tampering/request.ts';
import type { Cell, Tampering } from './tampering/tampering.ts';
import { version2Tamperings } from './tampering/version2.ts';
import type { World } from './world.ts';

const tamperings: readonly Tampering[] = [
  ...anonymousTamperings,
  ...authorizationHeaderTamperings,
  ...presignedQueryTamperings,
  ...version2Tamperings,
  ...credentialTamperings,
  ...requestTamperings,
  ...payloadTamperings,
  ...chunkTamperings,
];

/** How many requests were refused, by what they were made of. */
export interface Tally {
  /** Of a query service, where forms and tamperings meet on other routes. */
  readonly byCombination: Map<string, number>;
  readonly byRoute: Map<string, number>;
  readonly byForm: Map<string, number>;
  readonly byKind: Map<string, number>;
  cells: number;
  /** What was not refused as it must be. */
  readonly failures: string[];
}

export interface MatrixOptions {
  /**
   * At which places of a request a tampering is done. `one`: at another one from route to route, in
   * another form where what stands before the routes is the same for all of them, and with a session
   * of another kind. `each`: where the places differ in kind, and with temporary credentials what is
   * done with long-term ones. `all`: with a session of every kind, and also at each digit of a signature and each character of a token.
   */
  readonly places: 'one' | 'each' | 'all';
  /** Names of operations; all of them unless told. */
  readonly only?: readonly string[];
  /** Failures after which it goes no further. */
  readonly enough?: number;
}

/** Every served operation; where one names an upload, this one. */
export function routesOf(world: World, UploadId: string): ServedOperation[] {
  return servedOperations(world.server.accountId).map((operation) =>
    'UploadId' in operation.input
      ? { ...operation, input: { ...operation.input, UploadId } }
      : operation,
  );
}

/** A session of a role, of a user and of a federated one. */
export const sessionsOf = ({ session, userSession, federatedSession }: World) => [
  session,
  userSession,
  federatedSession,
];

/** Every form of a call by these credentials. */
export async function cellsOf(
  operation: ServedOperation,
  world: World,
  credentials: Credentials,
): Promise<Cell[]> {
  const { endpoint } = world.server;
  const draft = await draftOf(operation, endpoint);
  const { service } = operation;
  const forms = formsOf(service).filter(({ kind }) => kind !== 'version2' || isOfVersion2(draft));
  return forms.map((form) => ({
    operation,
    world,
    draft: form.asQuery ? asQuery(draft) : draft,
    signing: { form, credentials, service, host: new URL(endpoint).host, time: Date.now() },
  }));
}

/** Sends every tampered request of every route; each must be refused, and nothing may change. */
export async function runMatrix(world: World, options: MatrixOptions): Promise<Tally> {
  const tally: Tally = {
    byRoute: new Map(),
    byForm: new Map(),
    byKind: new Map(),
    byCombination: new Map(),
    cells: 0,
    failures: [],
  };
  const ask = { connection: openConnection(world.server.endpoint), leaks: createLeakCheck(world) };
  const routes = routesOf(world, await world.furnish());
  const chosen = routes.filter(({ name }) => options.only?.includes(name) ?? true);
  for (const [index, operation] of chosen.entries()) {
    const before = world.fingerprint();
    const kinds = sessionsOf(world);
    const sessions = options.places === 'all' ? kinds : [kinds[index % kinds.length]];
    const own = await cellsOf(operation, world, world.probe);
    const cells = [...own];
    for (const session of sessions) {
      if (session !== undefined) cells.push(...(await cellsOf(operation, world, session)));
    }
    await refuseAll(ask, attemptsAt(cells, options, index), options, tally);
    const { service, name } = operation;
    if (world.fingerprint() !== before) tally.failures.push(`${service}:${name} changed something`);
  }
  ask.connection.close();
  return tally;
}

/** Which long-term credentials show as well as temporary ones is asked of those alone. */
const ofBoth = new Set<Tampering>(credentialTamperings);

interface Attempt {
  readonly cell: Cell;
  readonly tampering: Tampering;
  readonly place: number;
}

const isTemporary = ({ signing }: Cell) => signing.credentials.sessionToken !== undefined;

function* attemptsAt(
  cells: readonly Cell[],
  { places: asked }: MatrixOptions,
  route: number,
): Generator<Attempt> {
  const isFor = (tampering: Tampering, cell: Cell) =>
    tampering.applies(cell) && !(isTemporary(cell) && asked === 'one' && !ofBoth.has(tampering));
  if (asked === 'one' && cells[0]?.operation.service !== 's3') {
    for (const [index, tampering] of tamperings.entries()) {
      const able = cells.filter((cell) => isFor(tampering, cell) && tampering.places(cell) > 0);
      const turn = route + index;
      const cell = able[turn % able.length];
      if (cell === undefined) continue;
      // Each form comes by all places, one round of the forms after the other.
      const place = Math.floor(turn / able.length) % tampering.places(cell);
      yield { cell, tampering, place };
    }
    return;
  }
  for (const [form, cell] of cells.entries()) {
    for (const tampering of tamperings.filter((one) => isFor(one, cell))) {
      const count = tampering.places(cell);
      const isEvery = asked === 'all' || (asked === 'each' && tampering.eachPlace);
      const places = isEvery ? Array(count).keys() : count > 0 ? [(route + form) % count] : [];
      for (const place of places) yield { cell, tampering, place };
    }
  }
}

interface Asking {
  readonly connection: Connection;
  readonly leaks: (answer: Answer) => boolean;
}

async function refuseAll(
  { connection, leaks }: Asking,
  attempts: Iterable<Attempt>,
  { enough = Number.POSITIVE_INFINITY }: MatrixOptions,
  tally: Tally,
): Promise<void> {
  for (const { cell, tampering, place } of attempts) {
    if (tally.failures.length >= enough) return;
    const { operation, signing } = cell;
    const call = tampering.call(cell, place);
    const kind = isTemporary(cell) ? 'temporary' : 'long-term';
    const what = `${operation.service}:${operation.name}, ${signing.form.name}, ${kind}, ${tampering.name} (${place})`;
    const answer = await connection.send(call);
    const refusal = tampering.refusal(cell, place);
    if (leaks(answer)) tally.failures.push(`${what}: tells a secret`);
    try {
      if (operation.perEntry && refusal.situation === 'noCredentials') {
        // Anybody may ask, and is told of each key.
        assert.match(answer.body, perEntry, what);
      } else assertRefused(answer, call.method, refusal, what);
    } catch (error) {
      tally.failures.push(String(error));
    }
    record(tally, cell, tampering.name);
  }
}

const perEntry =
  /^<\?xml [^>]*\?>\n?<DeleteResult[^>]*><Error><Key>matrix-key<\/Key><Code>AccessDenied<\/Code>/;

function record(tally: Tally, cell: Cell, kind: string): void {
  const { service, name } = cell.operation;
  const { name: form } = cell.signing.form;
  tally.cells++;
  const credentials = isTemporary(cell) ? 'temporary' : 'long-term';
  for (const [map, key] of [
    [tally.byRoute, `${service}:${name}`],
    [tally.byForm, `${familyOf(service)} ${form}`],
    [tally.byKind, kind],
    ...(familyOf(service) !== 'query'
      ? []
      : [[tally.byCombination, `${form}, ${credentials}, ${kind}`] as const]),
  ] as const) {
    map.set(key, (map.get(key) ?? 0) + 1);
  }
}
