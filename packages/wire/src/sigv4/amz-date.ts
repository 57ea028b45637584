const basic = /^\d{8}T\d{6}Z$/;

let lastText = '';
let lastParsed: number | undefined;

/** `20261123T120000Z` in milliseconds since 1970; undefined for any other form or no such moment. */
export function parseAmzDate(text: string): number | undefined {
  // All requests of one second say the same.
  if (text !== lastText) {
    lastParsed = parse(text);
    lastText = text;
  }
  return lastParsed;
}

function parse(text: string): number | undefined {
  if (!basic.test(text)) return undefined;
  const part = (start: number, end: number) => Number(text.slice(start, end));
  const year = part(0, 4);
  const month = part(4, 6);
  const day = part(6, 8);
  const hour = part(9, 11);
  const minute = part(11, 13);
  const second = part(13, 15);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) {
    return undefined;
  }
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Checked by hand: `Date` makes 3 March of 31 February. */
function daysOfMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return leap ? 29 : 28;
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
