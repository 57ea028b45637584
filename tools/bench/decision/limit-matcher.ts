import type { PlainCondition } from './plain-statement.ts';

/** The request's values of condition keys stand in a list; a key has its place in it. */
export type SlotOf = (key: string) => number;

type Values = readonly (string | undefined)[];

/** Decides about a text (an action, an ARN) or about the values of the request. */
export type Holds = (text: string, values: Values) => boolean;

/** A literal, or the place of a variable's value. */
type Part = string | number;

/** `*` runs over everything, colons too: no request of the workloads tells the difference. */
export function limitPattern(pattern: string, slotOf: SlotOf): Holds {
  const [start = '', ...runs] = pattern.split('*');
  const last = runs.pop();
  if (pattern.includes('$')) return variablePattern(pattern, slotOf);
  if (last === undefined) return (text) => text === start;
  if (runs.length === 0 && last === '') {
    return start === '' ? () => true : (text) => text.startsWith(start);
  }
  return (text) => {
    if (!text.startsWith(start)) return false;
    let at = start.length;
    for (const run of runs) {
      const found = text.indexOf(run, at);
      if (found < 0) return false;
      at = found + run.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

function variablePattern(pattern: string, slotOf: SlotOf): Holds {
  const literals = pattern.split('*').map((text) => parts(text, slotOf));
  const start = literals[0]?.[0];
  if (typeof start !== 'string') throw new Error('a pattern that begins with a variable');
  return (text, values) => {
    if (!text.startsWith(start)) return false;
    let at = 0;
    for (let index = 0; index < literals.length; index += 1) {
      const literal = written(literals[index] ?? [], values);
      if (literal === undefined) return false;
      const isLast = index === literals.length - 1;
      const found =
        index === 0
          ? text.startsWith(literal)
            ? 0
            : -1
          : isLast
            ? text.length - literal.length
            : text.indexOf(literal, at);
      if (found < at || (isLast && !text.endsWith(literal))) return false;
      at = found + literal.length;
    }
    return at === text.length;
  };
}

function parts(text: string, slotOf: SlotOf): readonly Part[] {
  const [start = '', ...rest] = text.split('${');
  const behind = rest.flatMap((piece): Part[] => {
    const end = piece.indexOf('}');
    return [slotOf(piece.slice(0, end)), piece.slice(end + 1)];
  });
  return [start, ...behind];
}

function written(list: readonly Part[], values: Values): string | undefined {
  let text = '';
  for (const part of list) {
    const piece = typeof part === 'string' ? part : values[part];
    if (piece === undefined) return undefined;
    text += piece;
  }
  return text;
}

export function limitCondition({ operator, key, values }: PlainCondition, slotOf: SlotOf): Holds {
  const slot = slotOf(key);
  switch (operator) {
    case 'Bool':
    case 'StringEquals':
      return oneOf(slot, values, slotOf);
    case 'StringNotEquals':
      return not(oneOf(slot, values, slotOf));
    case 'IpAddress':
      return inBlocks(slot, values);
    case 'NotIpAddress':
      return not(inBlocks(slot, values));
    case 'StringLike': {
      const patterns = values.map((value) => limitPattern(value, slotOf));
      return (_, given) => {
        const value = given[slot];
        if (value === undefined) return false;
        for (const pattern of patterns) if (pattern(value, given)) return true;
        return false;
      };
    }
  }
}

function not(holds: Holds): Holds {
  return (text, values) => !holds(text, values);
}

function oneOf(slot: number, wanted: readonly string[], slotOf: SlotOf): Holds {
  const [first = ''] = wanted;
  if (!wanted.some((text) => text.includes('$'))) {
    if (wanted.length === 1) return (_, given) => given[slot] === first;
    return (_, given) => given[slot] !== undefined && wanted.includes(given[slot]);
  }
  const [, variable, rest] = parts(first, slotOf);
  if (wanted.length !== 1 || typeof variable !== 'number' || rest !== '') {
    throw new Error('more than one variable');
  }
  return (_, given) => given[slot] !== undefined && given[slot] === given[variable];
}

/** IPv4 only. */
function inBlocks(slot: number, blocks: readonly string[]): Holds {
  const compiled = blocks.map((block) => {
    const [address = '', bits = '32'] = block.split('/');
    const mask = bits === '0' ? 0 : -1 << (32 - Number(bits));
    return { mask, network: ipv4(address) & mask };
  });
  return (_, given) => {
    const value = given[slot];
    if (value === undefined) return false;
    const address = ipv4(value);
    for (const { mask, network } of compiled) if ((address & mask) === network) return true;
    return false;
  };
}

function ipv4(text: string): number {
  let address = 0;
  let octet = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      address = (address << 8) | octet;
      octet = 0;
    } else {
      octet = octet * 10 + code - 48;
    }
  }
  return (address << 8) | octet;
}
