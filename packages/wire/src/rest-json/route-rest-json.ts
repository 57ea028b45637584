import type { ServiceModel } from '../model.ts';

/** What of a request tells its operation. */
export interface RestJsonHead {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** Decoded, in order. */
  readonly query: readonly (readonly [string, string])[];
}

export interface RestJsonRoute {
  readonly operation: string;
  /** The members that stand in the path, decoded once. */
  readonly labels: ReadonlyMap<string, string>;
}

interface Template {
  readonly operation: string;
  readonly segments: readonly Segment[];
  /** Parameters that must stand in the query with that value. */
  readonly literals: readonly (readonly [string, string])[];
}

/** A text that must stand there, or the name of a member. */
type Segment =
  | { readonly text: string }
  /** `isGreedy` for `{name+}`: it takes the slashes too. */
  | { readonly label: string; readonly isGreedy: boolean };

const templatesByModel = new WeakMap<ServiceModel, ReadonlyMap<string, readonly Template[]>>();

/**
 * The operation of a REST-JSON request by method and path, out of the model's bindings, and the
 * labels of its path. The path is split before it is decoded, so that an ARN with escaped slashes is
 * one label. Undefined when there is none: an empty, `.` or `..` segment belongs to no operation,
 * since the signature's form of the path does not know them. One slash at the end is ignored, which
 * some clients send.
 */
export function routeRestJson(model: ServiceModel, head: RestJsonHead): RestJsonRoute | undefined {
  const path = head.path.length > 1 && head.path.endsWith('/') ? head.path.slice(0, -1) : head.path;
  const segments = path.split('/').slice(1);
  if (segments.some((segment) => /^\.{0,2}$/.test(segment))) return undefined;
  let best: { readonly template: Template; readonly labels: Map<string, string> } | undefined;
  for (const template of templatesOf(model).get(head.method) ?? []) {
    const labels = match(template, segments, head.query);
    if (labels !== undefined && (best === undefined || isBetter(template, best.template))) {
      best = { template, labels };
    }
  }
  return best && { operation: best.template.operation, labels: best.labels };
}

/** Texts before labels from the left, then more parameters. */
function isBetter(template: Template, other: Template): boolean {
  for (const [at, segment] of template.segments.entries()) {
    const difference = rank(segment) - rank(other.segments[at]);
    if (difference !== 0) return difference > 0;
  }
  return template.literals.length > other.literals.length;
}

function rank(segment: Segment | undefined): number {
  if (segment === undefined) return 0;
  return 'text' in segment ? 2 : segment.isGreedy ? 0 : 1;
}

function match(
  template: Template,
  segments: readonly string[],
  query: RestJsonHead['query'],
): Map<string, string> | undefined {
  for (const [name, value] of template.literals) {
    if (!query.some(([other, given]) => other === name && given === value)) return undefined;
  }
  const labels = new Map<string, string>();
  for (const [at, segment] of template.segments.entries()) {
    if ('text' in segment) {
      if (segments[at] !== segment.text) return undefined;
      continue;
    }
    const raw = segment.isGreedy ? segments.slice(at).join('/') : segments[at];
    const label = raw === undefined ? undefined : decode(raw);
    if (label === undefined || label === '') return undefined;
    labels.set(segment.label, label);
    if (segment.isGreedy) return labels;
  }
  return segments.length === template.segments.length ? labels : undefined;
}

/** Undefined when it is no UTF-8. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function templatesOf(model: ServiceModel): ReadonlyMap<string, readonly Template[]> {
  const known = templatesByModel.get(model);
  if (known !== undefined) return known;
  const templates = new Map<string, Template[]>();
  for (const [operation, { http }] of Object.entries(model.operations)) {
    if (http === undefined) continue;
    const ofMethod = templates.get(http.method) ?? [];
    const segments = http.path.split('/').slice(1).map(segmentOf);
    ofMethod.push({ operation, segments, literals: http.query });
    templates.set(http.method, ofMethod);
  }
  templatesByModel.set(model, templates);
  return templates;
}

function segmentOf(text: string): Segment {
  if (!text.startsWith('{')) return { text };
  const isGreedy = text.endsWith('+}');
  return { label: text.slice(1, isGreedy ? -2 : -1), isGreedy };
}
