import { StoreRefusal } from '../store-refusal.ts';

/** What may stand behind the `?`; everything else is ours to set, and refused instead of ignored. */
const parameters: ReadonlySet<string> = new Set([
  'host',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'uselibpqcompat',
]);

/**
 * How operators see a database: its URL without user, password and parameters. Refuses
 * (`StoreRefusal`, `database`) what is no URL of PostgreSQL, and never repeats it.
 */
export function describePostgres(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['postgres:', 'postgresql:'].includes(parsed.protocol)) {
    throw refuse('is no URL of the form `postgres://user:password@host:5432/name`');
  }
  refuseStrayPassword(parsed);
  const seen = new Set<string>();
  for (const name of parsed.searchParams.keys()) {
    if (!parameters.has(name)) throw refuse(unknownParameter(name));
    // The driver takes the last, and would be elsewhere than we say.
    if (seen.has(name)) throw refuse(`has the parameter \`${name}\` twice`);
    seen.add(name);
  }
  if (parsed.pathname.length < 2) throw refuse('names no database: its path is empty');
  const host = parsed.searchParams.get('host') || parsed.host || 'localhost';
  return `postgres://${host}${parsed.pathname}`;
}

/** A password that was not encoded ends the host at its first `/`, `?` or `#`: the rest is shown. */
function refuseStrayPassword({ pathname, search, hash }: URL): void {
  if (hash !== '') throw refuse('has a `#`; write %23 for one in a password');
  if (!`${pathname}${search}`.includes('@')) return;
  throw refuse('has a `@` behind its host; in a password write %2F for `/`, %3F for `?`');
}

/** Repeats only what is a word: it may be half a password. */
function unknownParameter(name: string): string {
  const known = [...parameters].join('`, `');
  const which = /^[a-z_]+$/.test(name) ? `the parameter \`${name}\`` : 'an unknown parameter';
  return `has ${which}; there are \`${known}\``;
}

function refuse(why: string): StoreRefusal {
  return new StoreRefusal('database', `the database's URL ${why}; correct it`);
}
