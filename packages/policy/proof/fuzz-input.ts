import { POLICY_TYPES, type PolicyType } from '../src/index.ts';
import { mutateStructure } from './fuzz-structure.ts';
import {
  type Mutation,
  makeOddText,
  mutateCharacters,
  mutateTokens,
  rewrite,
} from './fuzz-text.ts';
import { type Random, randomFrom } from './random.ts';
import { makeWorld } from './random-world.ts';

/** One text for the parser, and as what type of policy it is given. */
export interface FuzzInput {
  readonly type: PolicyType;
  readonly text: string;
}

const WORLDS = 300;
const BASES: readonly FuzzInput[] = Array.from({ length: WORLDS }, (_, index) =>
  makeWorld(index + 1).policies.map(({ type, document }) => ({
    type,
    text: JSON.stringify(document),
  })),
).flat();

const MUTATIONS: readonly Mutation[] = [
  ...[mutateStructure, mutateStructure, mutateStructure],
  ...[mutateTokens, mutateTokens, mutateCharacters, mutateCharacters, rewrite, rewrite],
];

/** The input of a seed: a policy of a random world, spoilt once or twice, or never one. */
export function makeInput(seed: number): FuzzInput {
  const random = randomFrom(seed);
  if (random.chance(0.03)) return { type: random.pick(POLICY_TYPES), text: makeOddText(random) };
  const base = random.pick(BASES);
  const type = random.chance(0.8) ? base.type : random.pick(POLICY_TYPES);
  const text = random.chance(0.02) ? base.text : random.pick(MUTATIONS)(random, base.text);
  return { type, text: decorate(random, text) };
}

/** What editors and people put around or into JSON. */
function decorate(random: Random, text: string): string {
  if (random.chance(0.85)) return text;
  switch (random.below(7)) {
    case 0:
      return `\ufeff${text}`;
    case 1:
      return `${text}\u0000`;
    case 2:
      return `// a comment\n${text}`;
    case 3:
      return text.replace(/([}\]])$/, ',$1');
    case 4:
      return `${text}${text}`;
    case 5:
      return `\n\r\t ${text} \n`;
    default:
      return mutateCharacters(random, text);
  }
}
