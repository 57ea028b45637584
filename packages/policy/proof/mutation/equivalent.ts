import { describeChange, type Mutant } from './mutant.ts';

/** A mutant that behaves as the engine does, found again by its text and not by its place. */
export interface Equivalent {
  readonly file: string;
  /** How the line begins that it begins on, without indentation. */
  readonly line: string;
  /** `operator: before → after`, as the report prints it. */
  readonly change: string;
  readonly reason: string;
}

export function isEquivalent(known: Equivalent, mutant: Mutant): boolean {
  return (
    known.file === mutant.file &&
    mutant.lineText.startsWith(known.line) &&
    known.change === describeChange(mutant)
  );
}

/** Changes of one file that say nothing for one reason: each with the line where it is found. */
function because(
  reason: string,
  file: string,
  ...changes: readonly (readonly [line: string, change: string])[]
): Equivalent[] {
  return changes.map(([line, change]) => ({ file, line, change, reason }));
}

export const EQUIVALENTS: readonly Equivalent[] = [
  ...because('how many statements are remembered is free', 'src/compile/action-index.ts', [
    'const MOST_FOUND = 4_096;',
    'number: 4_096 → (4_096 - 1)',
  ]),
  ...because(
    'an index that is made again before the last one is gone is only made once more',
    'src/compile/action-index.ts',
    [
      'if (known.get(key)?.deref() === undefined) kn',
      'condition: known.get(key)?.deref() === undefine… → true',
    ],
  ),
  ...because('a star has no variables', 'src/compile/compile-resource.ts', [
    "const EVERYTHING = compileEntry('*', false);",
    'boolean: false → true',
  ]),
  ...because('the longer way decides a text without variables as well', 'src/condition/arn.ts', [
    'return (value) => isArn(value) && fitsPatter',
    'statement: return (value) => isArn(value) && fi… → ;',
  ]),
  ...because(
    'an octet that is 0 takes no further digit',
    'src/condition/ip-address.ts',
    ['octet = octet < 0 ? digit : octet * 10 + dig', 'comparison: octet < 0 → (octet <= 0)'],
    ['octet = octet < 0 ? digit : octet * 10 + dig', 'number: 0 → (0 + 1)'],
  ),
  ...because(
    'any number below 0 would do',
    'src/condition/ip-address.ts',
    ['let octet = -1;', 'number: 1 → (1 + 1)'],
    ['octet = -1;', 'number: 1 → (1 + 1)'],
  ),
  ...because(
    'groups of bits say the same, in another time',
    'src/condition/ip-address.ts',
    ['if (block?.groups.length !== 2) return compa', 'number: 2 → (2 + 1)'],
    ['if (block?.groups.length !== 2) return compa', 'number: 2 → (2 - 1)'],
  ),
  ...because('the first group is as good a beginning as 0', 'src/condition/ip-address.ts', [
    'const network = Math.floor(block.groups.redu',
    'argument: , 0 → nothing',
  ]),
  ...because('with a second slash neither part is an address', 'src/condition/ip-address.ts', [
    "const slash = text.indexOf('/');",
    'method: indexOf → lastIndexOf',
  ]),
  ...because('the expression always finds an integer', 'src/condition/numeric.ts', [
    "const [, sign, digits = '', decimals] = matc",
    "string: '' → 'mutant'",
  ]),
  ...because('no text begins with both', 'src/condition/operator.ts', [
    'const set = SETS.find((one) => text.startsWi',
    'method: find → findLast',
  ]),
  ...because(
    'with the word elsewhere, what is left over is no operator',
    'src/condition/operator.ts',
    ['const set = SETS.find((one) => text.startsWi', 'method: startsWith → includes'],
    ["const ifExists = qualified.endsWith('IfExist", 'method: endsWith → includes'],
  ),
  ...because(
    'the longer way says the same',
    'src/condition/string.ts',
    [
      'return (value) => fold(value) === folded;',
      'statement: return (value) => fold(value) === fo… → ;',
    ],
    ['if (fold === undefined && typeof variable ==', 'number: 0 → (0 - 1)'],
    [
      'return (value, source) => source.resolve(var',
      'statement: return (value, source) => source.res… → ;',
    ],
  ),
  ...because(
    'what stands behind four other characters is not called so',
    'src/evaluate/answers.ts',
    ["if (!folded.startsWith('sts:')) return false", 'method: startsWith → includes'],
  ),
  ...because(
    'an index leads to its own statements: this is never thrown',
    'src/evaluate/ask-policies.ts',
    [
      'if (statement === undefined) throw new Error',
      "argument: 'an index without its statement' → nothing",
    ],
    [
      'if (statement === undefined) throw new Error',
      "string: 'an index without its statement' → ''",
    ],
  ),
  ...because('of two that are equally near either will do', 'src/evaluate/ask-policies.ts', [
    'allows = nearer(allows, countMatch(type, sta',
    'swap: allows, countMatch(type, statement.e… → countMatch(type, statement.effect, m…',
  ]),
  ...because('a function that ends gives the same', 'src/evaluate/question.ts', [
    'return undefined;',
    'statement: return undefined; → ;',
  ]),
  ...because(
    'how many actions are remembered is free',
    'src/match/asked-action.ts',
    ['export const MOST_ACTIONS = 1_024;', 'number: 1_024 → (1_024 + 1)'],
    ['export const MOST_ACTIONS = 1_024;', 'number: 1_024 → (1_024 - 1)'],
  ),
  ...because('a piece of no characters adds nothing', 'src/match/compiled-pattern.ts', [
    'for (let from = 0; from < pattern.length; fr',
    'comparison: from < pattern.length → (from <= pattern.length)',
  ]),
  ...because(
    'the first token is a run, and behind the last there is none',
    'src/match/compiled-pattern.ts',
    ['for (let index = 1; index < pattern.length;', 'number: 1 → (1 - 1)'],
    [
      'for (let index = 1; index < pattern.length;',
      'comparison: index < pattern.length → (index <= pattern.length)',
    ],
  ),
  ...because('before the first token there is none', 'src/match/compiled-template.ts', [
    'for (let index = 0; index <= template.length;',
    'number: 0 → (0 - 1)',
  ]),
  ...because(
    'replacing nothing gives the same text',
    'src/match/fold-ascii.ts',
    ['return /[A-Z]/.test(text) ? text.replace(/[A', 'condition: /[A-Z]/.test(text) → true'],
    ['return /[A-Z]/.test(text) ? text.replace(/[A', 'call: /[A-Z]/.test(text) → (text)'],
  ),
  ...because(
    'any number would do that is neither another token nor a character',
    'src/match/glob.ts',
    ['export const SEGMENT_ONE = -4;', 'number: 4 → (4 + 1)'],
  ),
  ...because('any number would do that no token behind a run has', 'src/match/glob.ts', [
    'const NO_TOKEN = 0;',
    'number: 0 → (0 - 1)',
  ]),
  ...because(
    'behind the end nothing fits, and the walk ends one step later',
    'src/match/glob.ts',
    [
      '} else if (segmentToken !== NO_TOKEN && segm',
      'comparison: segmentAt < text.length → (segmentAt <= text.length)',
    ],
    [
      '} else if (runToken !== NO_TOKEN && runAt <',
      'comparison: runAt < text.length → (runAt <= text.length)',
    ],
  ),
  ...because(
    'the walk takes the rest of the text one by one and ends the same',
    'src/match/glob.ts',
    ['if (token === pattern.length) return true;', 'condition: token === pattern.length → false'],
  ),
  ...because('what the walk leaves open is decided by all ways at once', 'src/match/glob.ts', [
    'return false;',
    'answer: false → undefined',
  ]),
  ...because(
    'of two that are equally near either will do',
    'src/match/principal.ts',
    [
      'return one === other || NEARNESS[one] > NEAR',
      'operand: one === other || NEARNESS[one] > NEA… → (NEARNESS[one] > NEARNESS[other])',
    ],
    [
      'return one === other || NEARNESS[one] > NEAR',
      'comparison: NEARNESS[one] > NEARNESS[other] → (NEARNESS[one] >= NEARNESS[other])',
    ],
    [
      'for (const entry of entries) best = nearer(b',
      'swap: best, entry(principal) → entry(principal), best',
    ],
  ),
  ...because(
    'only the order of these numbers counts',
    'src/match/principal.ts',
    ['none: 0,', 'number: 0 → (0 - 1)'],
    ['direct: 3,', 'number: 3 → (3 + 1)'],
  ),
  ...because(
    'a run takes every character and passes on, as a letter would',
    'src/match/state-set.ts',
    ['if (token < 0) continue;', 'condition: token < 0 → false'],
    ['if (token < 0) continue;', 'number: 0 → (0 - 1)'],
  ),
  ...because(
    'a word too many stays empty',
    'src/match/state-set.ts',
    ['return new Int32Array(Math.ceil((pattern.len', 'number: 1 → (1 + 1)'],
    ['return new Int32Array(Math.ceil((pattern.len', 'number: 32 → (32 - 1)'],
  ),
  ...because('any number would do that no character has', 'src/match/state-set.ts', [
    'const NO_CODE = -1;',
    'number: 1 → (1 + 1)',
  ]),
  ...because(
    'every word that is asked for is there',
    'src/match/state-set.ts',
    ['return bits[word] ?? 0;', 'number: 0 → (0 + 1)'],
    ['return bits[word] ?? 0;', 'number: 0 → (0 - 1)'],
  ),
  ...because(
    'outside of the words there are no bits',
    'src/match/state-set.ts',
    ['for (let word = 0; word < states.length; wor', 'number: 0 → (0 - 1)'],
    [
      'for (let word = 0; word < states.length; wor',
      'comparison: word < states.length → (word <= states.length)',
    ],
  ),
  ...because(
    'the walk and all ways at once say the same, in another time',
    'src/match/state-set.ts',
    ['const MOST_STEPS = 8_192;', 'number: 8_192 → (8_192 + 1)'],
    ['const MOST_STEPS = 8_192;', 'number: 8_192 → (8_192 - 1)'],
    [
      'return walkPattern(pattern, text, from, MOST',
      'operand: walkPattern(pattern, text, from, MOS… → (matchesByStates(pattern, text, from…',
    ],
  ),
  ...because(
    'without any way left the rest of the text changes nothing',
    'src/match/state-set.ts',
    ['let isAlive = 0;', 'number: 0 → (0 + 1)'],
    ['let isAlive = 0;', 'number: 0 → (0 - 1)'],
    ['return isAlive !== 0;', 'answer: isAlive !== 0 → true'],
  ),
];
