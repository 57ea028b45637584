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
  for (const name of parsed.searchParams.keys()) {
    if (!parameters.has(name)) {
      const known = [...parameters].join('`, `');
      throw refuse(`has the parameter \`${name}\`; there are \`${known}\``);
    }
  }
  if (parsed.pathname.length < 2) throw refuse('names no database: its path is empty');
  if (parsed.hash !== '') throw refuse('has a `#`; write %23 for one in a password');
  const socket = parsed.searchParams.get('host');
  const host = socket === null ? parsed.host || 'localhost' : socket;
  return `postgres://${host}${parsed.pathname}`;
}

function refuse(why: string): StoreRefusal {
  return new StoreRefusal('database', `the database's URL ${why}; correct it`);
}
