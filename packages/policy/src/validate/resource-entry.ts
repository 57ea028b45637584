import { resourcePattern } from '../match/arn.ts';
import { ANY_RUN, type Pattern } from '../match/glob.ts';
import { parseTemplate } from '../match/policy-variable.ts';
import type { ArnFormat, CatalogueIndex } from './catalogue-index.ts';
import { meet } from './pattern.ts';

/** An entry of Resource in its parts; those that are not there are undefined. */
export interface ResourceEntry {
  readonly prefix: string;
  readonly partition: string | undefined;
  readonly service: string | undefined;
  readonly region: string | undefined;
  readonly account: string | undefined;
  /** With its colons. */
  readonly resource: string | undefined;
}

const MOST_PARTS = 6;

/** Colons inside of `${…}` part nothing. */
export function readResourceEntry(text: string): ResourceEntry {
  const parts: string[] = [];
  let start = 0;
  let isVariable = false;
  for (let index = 0; index < text.length && parts.length < MOST_PARTS - 1; index++) {
    if (text.startsWith('${', index)) isVariable = true;
    else if (text[index] === '}') isVariable = false;
    else if (text[index] === ':' && !isVariable) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  const [prefix = '', partition, service, region, account, resource] = parts;
  return { prefix, partition, service, region, account, resource };
}

/** True for a part that stands for itself and for nothing else. */
export function isPlain(part: string | undefined): part is string {
  return part !== undefined && !/[*?$]/.test(part);
}

/** What an entry may stand for, whatever its variables hold. */
export function entryPattern(text: string): Pattern {
  return resourcePattern(withAnyVariables(text));
}

function withAnyVariables(text: string): Pattern {
  return parseTemplate(text, true).map((part) => (typeof part === 'number' ? part : ANY_RUN));
}

/** The formats of ARNs that a service has; undefined when no service of that name is known. */
export function formatsOf(
  { arnFormats, services }: CatalogueIndex,
  service: string,
): readonly ArnFormat[] | undefined {
  return arnFormats.get(service) ?? (services.has(service) ? [] : undefined);
}

/** What is known of an entry by its form. */
export interface FittingFormats {
  /** All that the service has, without those in which any service may stand. */
  readonly own: readonly ArnFormat[];
  /** Those whose resource part may be what the entry says. */
  readonly fitting: readonly ArnFormat[];
  /** The entry may be what any service has: a recovery point. */
  readonly fitsAnyService: boolean;
}

/** Undefined where the entry does not name its service in full, or nobody knows it. */
export function fittingFormats(
  index: CatalogueIndex,
  { prefix, service, resource }: ResourceEntry,
): FittingFormats | undefined {
  if (prefix !== 'arn' || !isPlain(service) || resource === undefined) return undefined;
  const own = formatsOf(index, service);
  if (own === undefined) return undefined;
  const pattern = withAnyVariables(resource);
  const fits = (format: ArnFormat) => meet(pattern, format.resource);
  return { own, fitting: own.filter(fits), fitsAnyService: index.anyServiceFormats.some(fits) };
}
