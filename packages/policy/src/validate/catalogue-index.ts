import { compileMatcher, type Matcher } from '../match/compiled-pattern.ts';
import { foldAscii } from '../match/fold-ascii.ts';
import { ANY_ONE, ANY_RUN, globPattern, type Pattern, SEGMENT_RUN } from '../match/glob.ts';
import type { Catalogue, CatalogueConditionKey, CatalogueService } from './catalogue.ts';

/** A catalogue made ready to be asked. */
export interface CatalogueIndex {
  readonly services: ReadonlyMap<string, IndexedService>;
  readonly regions: ReadonlySet<string>;
  readonly keys: KeyIndex;
  /** By the service that stands in the ARN, which is not always the one that has the type. */
  readonly arnFormats: ReadonlyMap<string, readonly ArnFormat[]>;
  /** Of types whose ARN may name any service. */
  readonly anyServiceFormats: readonly ArnFormat[];
  /** The actions that put a key into their requests, by the key's folded name. */
  readonly actionsByKey: ReadonlyMap<string, readonly IndexedAction[]>;
}

export interface IndexedService {
  readonly prefix: string;
  readonly supportsResourceControl: boolean;
  readonly actions: ReadonlyMap<string, IndexedAction>;
}

export interface IndexedAction {
  /** `s3:GetObject` */
  readonly name: string;
  readonly service: string;
  /** Folded: `getobject`. */
  readonly folded: string;
  /** Folded names as the catalogue writes them, `aws:resourcetag/${tagkey}`. */
  readonly keys: ReadonlySet<string>;
  readonly arns: readonly string[];
}

export interface ArnFormat {
  readonly region: string;
  readonly account: string;
  /** Of the resource part alone. */
  readonly resource: Pattern;
  readonly text: string;
}

interface KeyIndex {
  readonly exact: ReadonlyMap<string, CatalogueConditionKey>;
  /** Keys with a part that may be anything, by what stands before their first `/` or `${`. */
  readonly open: ReadonlyMap<string, readonly OpenKey[]>;
  /** What stands before the colons of all of them. */
  readonly prefixes: ReadonlySet<string>;
  /** The folded names of those that any service may carry. */
  readonly global: ReadonlySet<string>;
}

interface OpenKey {
  readonly key: CatalogueConditionKey;
  readonly matches: Matcher;
}

const indexes = new WeakMap<Catalogue, CatalogueIndex>();

/** Made once for each catalogue: it has twenty thousand actions. */
export function indexCatalogue(catalogue: Catalogue): CatalogueIndex {
  const known = indexes.get(catalogue);
  if (known !== undefined) return known;
  const index = buildIndex(catalogue);
  indexes.set(catalogue, index);
  return index;
}

function buildIndex(catalogue: Catalogue): CatalogueIndex {
  const services = new Map<string, IndexedService>();
  const arnFormats = new Map<string, ArnFormat[]>();
  const actionsByKey = new Map<string, IndexedAction[]>();
  for (const service of catalogue.services) {
    const indexed = indexService(service);
    services.set(foldAscii(service.prefix), indexed);
    for (const action of indexed.actions.values()) {
      for (const key of action.keys) pushTo(actionsByKey, key, action);
    }
    for (const { arn } of service.resourceTypes) pushTo(arnFormats, ...arnFormat(arn));
  }
  const keys = [
    ...catalogue.globalConditionKeys,
    ...catalogue.services.flatMap((service) => service.conditionKeys),
  ];
  return {
    services,
    regions: new Set(catalogue.regions),
    keys: indexKeys(keys, catalogue.globalConditionKeys.length),
    arnFormats,
    anyServiceFormats: [...arnFormats].flatMap(([name, formats]) =>
      name.includes('${') ? formats : [],
    ),
    actionsByKey,
  };
}

function indexService(service: CatalogueService): IndexedService {
  const types = new Map(service.resourceTypes.map((type) => [type.name, type]));
  const actions = service.actions.map((action): readonly [string, IndexedAction] => {
    const ownTypes = action.resourceTypes.flatMap((name) => types.get(name) ?? []);
    const keys = [...action.conditionKeys, ...ownTypes.flatMap((type) => type.conditionKeys)];
    const folded = foldAscii(action.name);
    return [
      folded,
      {
        name: `${service.prefix}:${action.name}`,
        service: service.prefix,
        folded,
        keys: new Set(keys.map(foldAscii)),
        arns: ownTypes.map((type) => type.arn),
      },
    ];
  });
  const { prefix, supportsResourceControl } = service;
  return { prefix, supportsResourceControl, actions: new Map(actions) };
}

function arnFormat(arn: string): readonly [string, ArnFormat] {
  const [, , service = '', region = '', account = '', ...resource] = arn.split(':');
  const text = resource.join(':');
  return [service, { region, account, resource: openPattern(text, [ANY_RUN]), text: arn }];
}

/** The pattern of a text in which `${…}` stands for `tokens`. */
function openPattern(text: string, tokens: Pattern): Pattern {
  return text
    .split(/\$\{[^}]*\}/)
    .flatMap((part, index) => (index === 0 ? globPattern(part) : [...tokens, ...globPattern(part)]))
    .map((token) => (token === SEGMENT_RUN ? ANY_RUN : token));
}

function indexKeys(keys: readonly CatalogueConditionKey[], globals: number): KeyIndex {
  const exact = new Map<string, CatalogueConditionKey>();
  const open = new Map<string, OpenKey[]>();
  for (const key of keys) {
    const folded = foldAscii(key.name);
    if (exact.has(folded)) continue;
    exact.set(folded, key);
    if (!folded.includes('${')) continue;
    const matches = compileMatcher(openPattern(folded, [ANY_ONE, ANY_RUN]));
    pushTo(open, headOf(folded), { key, matches });
  }
  const names = [...exact.keys()];
  const prefixes = new Set(names.map((name) => name.slice(0, name.indexOf(':'))));
  const global = new Set(keys.slice(0, globals).map((key) => foldAscii(key.name)));
  return { exact, open, prefixes, global };
}

/** Two letters are enough to leave most keys aside, and no `${…}` begins before them. */
function headOf(folded: string): string {
  return folded.slice(0, 2);
}

/** What is known about a key that a policy names, whatever its case. */
export function findKey(index: CatalogueIndex, name: string): CatalogueConditionKey | undefined {
  const folded = foldAscii(name);
  const { exact, open } = index.keys;
  const key = exact.get(folded);
  if (key !== undefined && !folded.includes('${')) return key;
  return open.get(headOf(folded))?.find(({ matches }) => matches(folded))?.key;
}

/** The actions that an entry of Action means; undefined when its service may be any. */
export function findActions(
  index: CatalogueIndex,
  text: string,
): readonly IndexedAction[] | undefined {
  const folded = foldAscii(text);
  const colon = folded.indexOf(':');
  const prefix = colon < 0 ? folded : folded.slice(0, colon);
  if (/[*?]/.test(prefix)) return undefined;
  const service = index.services.get(prefix);
  if (service === undefined || colon < 0) return [];
  const name = folded.slice(colon + 1);
  const action = service.actions.get(name);
  if (action !== undefined) return [action];
  if (!/[*?]/.test(name)) return [];
  const matches = compileMatcher(globPattern(name));
  return [...service.actions.values()].filter((candidate) => matches(candidate.folded));
}

function pushTo<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
