const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** `20261123T120000Z` in milliseconds since 1970; undefined for any other form or no such moment. */
export function parseAmzDate(text: string): number | undefined {
  const match = basic.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const milliseconds = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  // 31 February, 25 o'clock and the years below 100 come out as another moment.
  return formatAmzDate(milliseconds) === text ? milliseconds : undefined;
}

/** Milliseconds since 1970 as `20261123T120000Z`. */
export function formatAmzDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** The Date header, RFC 9110's IMF-fixdate, or AWS's basic form; undefined for anything else. */
export function parseDateHeader(text: string): number | undefined {
  const milliseconds = parseAmzDate(text);
  if (milliseconds !== undefined) return milliseconds;
  const parsed = Date.parse(text);
  if (Number.isNaN(parsed) || new Date(parsed).toUTCString() !== text) return undefined;
  return parsed;
}
