import { type PolicyDocument, parsePolicy, type Statement } from '@carnet/policy';
import names from './generated/service-names.json' with { type: 'json' };

/**
 * Which services a policy could open, by its actions alone: what `Resource` and `Condition` make of
 * it, and every other type of policy, AWS leaves aside too. `*` is every service that the service
 * authorization reference knows, whether it is served here or not.
 */
const nameByService: ReadonlyMap<string, string> = new Map(Object.entries(names));

/** `AWS Identity and Access Management (IAM)` for `iam`. */
export function serviceName(service: string): string {
  return nameByService.get(service) ?? service;
}

/** The services that a policy's Allow statements name, by their prefixes. */
export function servicesAllowedBy(text: string): ReadonlySet<string> {
  const allowed = new Set<string>();
  for (const statement of readPolicy(text).statements) {
    if (statement.effect !== 'Allow') continue;
    for (const service of servicesOf(statement, 'partly')) allowed.add(service);
  }
  return allowed;
}

/** The same of all policies together, without the services that one of them denies as a whole. */
export function servicesAllowedByAll(texts: readonly string[]): readonly string[] {
  const allowed = new Set<string>();
  const denied = new Set<string>();
  for (const text of texts) {
    for (const service of servicesAllowedBy(text)) allowed.add(service);
    for (const statement of readPolicy(text).statements) {
      if (!deniesEverything(statement)) continue;
      for (const service of servicesOf(statement, 'wholly')) denied.add(service);
    }
  }
  return [...allowed].filter((service) => !denied.has(service)).sort();
}

function readPolicy(text: string): PolicyDocument {
  const parsed = parsePolicy(text, 'identity');
  // It was checked when it was saved.
  if (!parsed.ok) throw new Error('a stored policy does not parse');
  return parsed.document;
}

/** A Deny on every resource, whatever the request is like. */
function deniesEverything({ effect, resource, conditions }: Statement): boolean {
  if (effect !== 'Deny' || conditions.length > 0 || resource === undefined) return false;
  return !resource.negated && resource.values.some(({ text }) => text === '*');
}

/** The services of which the statement covers some action, or all of them. */
function servicesOf({ action }: Statement, extent: 'partly' | 'wholly'): Iterable<string> {
  const partly = new Set<string>();
  const wholly = new Set<string>();
  let everything = false;
  for (const { text } of action.values) {
    const [service = '', name = ''] = text.toLowerCase().split(':');
    if (service === '*') everything = true;
    if (!nameByService.has(service)) continue;
    partly.add(service);
    if (/^\*+$/.test(name)) wholly.add(service);
  }
  if (!action.negated) {
    if (everything) return nameByService.keys();
    return extent === 'partly' ? partly : wholly;
  }
  if (everything) return [];
  const excepted = extent === 'partly' ? wholly : partly;
  return [...nameByService.keys()].filter((service) => !excepted.has(service));
}
