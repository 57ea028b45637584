import type { OperationModel, ServiceModel } from '../model.ts';
import { foldAscii, structureOf } from '../model-lookup.ts';

/** What of a request tells its operation. */
export interface RestRequestHead {
  readonly method: string;
  /** Absent at the service itself: `GET /`. */
  readonly bucket?: string;
  readonly key?: string;
  /** Decoded, in order. */
  readonly query: readonly (readonly [string, string])[];
  /** By lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
}

interface Route {
  readonly operation: string;
  readonly path: string;
  /** Parameters that must stand in the query: names, with a value where it matters. */
  readonly literals: readonly (readonly [string, string])[];
  /** Names of query parameters that the operation needs: `uploadId`, `partNumber`, `id`. */
  readonly requiredQuery: readonly string[];
  /** The copy source, which alone tells CopyObject from PutObject. */
  readonly requiredHeaders: readonly string[];
  /** All names of query parameters that it knows. */
  readonly query: ReadonlySet<string>;
}

interface Routes {
  readonly byMethodAndTarget: ReadonlyMap<string, readonly Route[]>;
  /** `acl`, `policy`, `uploads`, …: a request with one that its operation does not know is none. */
  readonly subresources: ReadonlySet<string>;
}

const routesByModel = new WeakMap<ServiceModel, Routes>();

/**
 * The operation of a REST request by method, path and sub-resource, out of the model's bindings.
 * Undefined when there is none: an unknown method, or a sub-resource that does not go with the rest
 * (`PUT ?policyStatus` must not create a bucket). Other unknown parameters are ignored as S3 does.
 */
export function routeRestXml(model: ServiceModel, request: RestRequestHead): string | undefined {
  const { byMethodAndTarget, subresources } = routesOf(model);
  const parameters = new Map(request.query);
  const fixed = request.key === undefined ? fixedPath(byMethodAndTarget, request) : undefined;
  const route = fixed ?? bestRoute(byMethodAndTarget, request, parameters);
  if (route === undefined) return undefined;
  for (const name of parameters.keys()) {
    if (!route.query.has(name) && subresources.has(foldAscii(name))) return undefined;
  }
  return route.operation;
}

/** `POST /WriteGetObjectResponse`: a path of its own, where a bucket's name would stand. */
function fixedPath(routes: Routes['byMethodAndTarget'], request: RestRequestHead) {
  const candidates = routes.get(`${request.method} service`) ?? [];
  return candidates.find(({ path }) => path !== '/' && path === `/${request.bucket}`);
}

function bestRoute(
  routes: Routes['byMethodAndTarget'],
  request: RestRequestHead,
  parameters: ReadonlyMap<string, string>,
): Route | undefined {
  const target =
    request.key !== undefined ? 'key' : request.bucket !== undefined ? 'bucket' : 'service';
  let best: Route | undefined;
  let bestRank: Rank | undefined;
  for (const route of routes.get(`${request.method} ${target}`) ?? []) {
    if (route.path !== '/') continue;
    const rank = rankOf(route, request, parameters);
    if (rank === undefined) continue;
    if (bestRank === undefined || compareRanks(rank, bestRank) > 0) {
      best = route;
      bestRank = rank;
    }
  }
  return best;
}

/** The more the better, the first figure above all. */
type Rank = readonly number[];

/** How well a request fits; undefined when it does not. */
function rankOf(
  route: Route,
  request: RestRequestHead,
  parameters: ReadonlyMap<string, string>,
): Rank | undefined {
  for (const [name, value] of route.literals) {
    const given = parameters.get(name);
    if (given === undefined || (value !== '' && given !== value)) return undefined;
  }
  const present = route.requiredQuery.filter((name) => parameters.has(name)).length;
  const missing = route.requiredQuery.length - present;
  const matched = route.literals.length + present;
  // What only its parameters tell apart is not meant when none of them is there.
  if (matched === 0 && missing > 0) return undefined;
  const headers = route.requiredHeaders.filter((name) => hasHeader(request, name)).length;
  const named = parameters.get('x-id') === route.operation ? 1 : 0;
  return [matched, -missing, headers - route.requiredHeaders.length, headers, named];
}

/** A presigned URL carries headers as parameters. */
function hasHeader(request: RestRequestHead, name: string): boolean {
  return request.headers.has(name) || request.query.some(([other]) => foldAscii(other) === name);
}

function compareRanks(a: Rank, b: Rank): number {
  for (const [at, figure] of a.entries()) {
    const difference = figure - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function routesOf(model: ServiceModel): Routes {
  const known = routesByModel.get(model);
  if (known !== undefined) return known;
  const byMethodAndTarget = new Map<string, Route[]>();
  const subresources = new Set<string>();
  for (const [operation, operationModel] of Object.entries(model.operations)) {
    const { http } = operationModel;
    if (http === undefined) continue;
    const place = `${http.method} ${http.target}`;
    const there = byMethodAndTarget.get(place) ?? [];
    there.push(routeOf(model, operation, operationModel, http));
    byMethodAndTarget.set(place, there);
    for (const [name, value] of http.query) {
      if (value === '') subresources.add(foldAscii(name));
    }
  }
  const routes = { byMethodAndTarget, subresources };
  routesByModel.set(model, routes);
  return routes;
}

function routeOf(
  model: ServiceModel,
  operation: string,
  operationModel: OperationModel,
  http: NonNullable<OperationModel['http']>,
): Route {
  const structure = structureOf(model, operationModel.input);
  const members = Object.entries(structure.members);
  const required = members.filter(([name]) => structure.required.includes(name));
  const namesAt = (location: 'query' | 'header', of: typeof members) =>
    of.flatMap(([, member]) => (member.location === location ? [member.locationName ?? ''] : []));
  return {
    operation,
    path: http.path,
    literals: http.query,
    requiredQuery: namesAt('query', required),
    requiredHeaders: namesAt('header', required),
    query: new Set([...http.query.map(([name]) => name), ...namesAt('query', members)]),
  };
}
