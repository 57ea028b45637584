import assert from 'node:assert/strict';
import type { Credentials } from '../started-server.ts';
import { asQuery, draftOf } from './draft.ts';
import { formsOf } from './form.ts';
import { type Connection, openConnection } from './raw-call.ts';
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
  readonly byRoute: Map<string, number>;
  readonly byForm: Map<string, number>;
  readonly byKind: Map<string, number>;
  cells: number;
  /** What was not refused as it must be. */
  readonly failures: string[];
}

export interface MatrixOptions {
  /**
   * At which places of a request a tampering is done. `one`: at another one from route to route.
   * `each`: where the places differ in kind, and with temporary credentials what is done with
   * long-term ones. `all`: also at each digit of a signature and each character of a token.
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
    cells: 0,
    failures: [],
  };
  const connection = openConnection(world.server.endpoint);
  const routes = routesOf(world, await world.furnish());
  const chosen = routes.filter(({ name }) => options.only?.includes(name) ?? true);
  for (const [index, operation] of chosen.entries()) {
    const before = world.fingerprint();
    const own = await cellsOf(operation, world, world.probe);
    const temporary = await cellsOf(operation, world, world.session);
    for (const [form, cell] of [...own, ...temporary].entries()) {
      await refuseAll(connection, cell, { ...options, index: index + form }, tally);
    }
    const { service, name } = operation;
    if (world.fingerprint() !== before) tally.failures.push(`${service}:${name} changed something`);
  }
  connection.close();
  return tally;
}

/** Which long-term credentials show as well as temporary ones is asked of those alone. */
const ofBoth = new Set<Tampering>(credentialTamperings);

async function refuseAll(
  connection: Connection,
  cell: Cell,
  { places: asked, enough, index }: MatrixOptions & { readonly index: number },
  tally: Tally,
): Promise<void> {
  const { operation, signing } = cell;
  const isTemporary = signing.credentials.sessionToken !== undefined;
  for (const tampering of tamperings) {
    if (tally.failures.length >= (enough ?? Number.POSITIVE_INFINITY)) return;
    if (!tampering.applies(cell)) continue;
    if (isTemporary && asked === 'one' && !ofBoth.has(tampering)) continue;
    const count = tampering.places(cell);
    const isEvery = asked === 'all' || (asked === 'each' && tampering.eachPlace);
    const places = isEvery ? Array(count).keys() : count > 0 ? [index % count] : [];
    for (const place of places) {
      const call = tampering.call(cell, place);
      const kind = isTemporary ? 'temporary' : 'long-term';
      const what = `${operation.service}:${operation.name}, ${signing.form.name}, ${kind}, ${tampering.name} (${place})`;
      const answer = await connection.send(call);
      const refusal = tampering.refusal(cell, place);
      try {
        if (operation.perEntry && refusal.situation === 'noCredentials') {
          // Anybody may ask, and is told of each key.
          assert.match(answer.body, perEntry, what);
        } else assertRefused(answer, call.method, refusal, what);
      } catch (error) {
        tally.failures.push(String(error));
      }
      record(tally, operation, signing.form.name, tampering.name);
    }
  }
}

const perEntry =
  /^<\?xml [^>]*\?>\n?<DeleteResult[^>]*><Error><Key>matrix-key<\/Key><Code>AccessDenied<\/Code>/;

function record(
  tally: Tally,
  { service, name }: ServedOperation,
  form: string,
  kind: string,
): void {
  tally.cells++;
  for (const [map, key] of [
    [tally.byRoute, `${service}:${name}`],
    [tally.byForm, `${service === 's3' ? 's3' : 'query'} ${form}`],
    [tally.byKind, kind],
  ] as const) {
    map.set(key, (map.get(key) ?? 0) + 1);
  }
}
