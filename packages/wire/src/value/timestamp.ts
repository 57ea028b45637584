/**
 * Timestamps as AWS writes them. Reading is strict: what is no date of the calendar is no date, and
 * nothing rolls over into the next month.
 */

/** `2026-11-23T12:00:00Z`, with a fraction and an offset allowed; undefined when it is none. */
export function parseIso8601(text: string): Date | undefined {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const date = dateOf(year, Number(month) - 1, day, hour, minute, second);
  const offset = zoneMinutes(zone);
  if (date === undefined || offset === undefined) return undefined;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  return new Date(date.getTime() + milliseconds - offset * 60_000);
}

/** Seconds since 1970 with an optional fraction; undefined when it is none. */
export function parseEpochSeconds(text: string): Date | undefined {
  if (!/^\d{1,11}(?:\.\d{1,9})?$/.test(text)) return undefined;
  return new Date(Math.trunc(Number(text) * 1000));
}

/** RFC 9110's IMF-fixdate, `Mon, 23 Nov 2026 12:00:00 GMT`; undefined when it is none. */
export function parseHttpDate(text: string): Date | undefined {
  const match =
    /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, day, monthName = '', year, hour, minute, second] = match;
  const month = months.indexOf(monthName);
  return month < 0 ? undefined : dateOf(year, month, day, hour, minute, second);
}

/** `2026-11-23T12:00:00Z`, as the query services answer. */
export function formatIso8601Seconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** RFC 9110's IMF-fixdate. */
export function formatHttpDate(date: Date): string {
  return date.toUTCString();
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function dateOf(
  year: string | undefined,
  month: number,
  day: string | undefined,
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
): Date | undefined {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), month, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const rolledOver =
    date.getUTCMonth() !== month ||
    date.getUTCDate() !== Number(day) ||
    date.getUTCHours() !== Number(hour) ||
    date.getUTCMinutes() !== Number(minute) ||
    date.getUTCSeconds() !== Number(second);
  return rolledOver ? undefined : date;
}

function zoneMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
