import { type Check, type Finding, lineAt, type RepositoryFile } from './finding.ts';
import { mask } from './mask.ts';

/** Names of what is secret, or proves that somebody knows a secret. */
const secret = /(?:signature|secret|secretaccesskey|hmac|token|password)$/i;

/** Comparing with one of these tells nothing about a secret's bytes. */
const plain = /^(?:undefined|null|true|false|\d.*|['"`].*)$/;

const comparison = /(typeof\s+)?([\w.$?]+|['"`])\s*[!=]==?\s*([\w.$?]+|['"`])/g;

const literal = /\bconst (\w+) = ['"]/g;

/** Rooms that hold secrets: policy knows none, and its tokens are those of a scanner. */
const holdsSecrets = /^(?:packages\/(?:wire|store|services)|apps)\/.*(?<!\.test|\.bench)\.ts$/;

/** Secrets are compared in constant time: an operator stops at the first byte that differs. */
export const checkComparison: Check = (files) =>
  files.filter((file) => holdsSecrets.test(file.path)).flatMap(comparisonFindings);

function comparisonFindings(file: RepositoryFile): Finding[] {
  const code = mask(file.text, 'commentsAndStrings');
  // A constant whose value stands in the file is no secret, whatever its name.
  const literals = new Set([...code.matchAll(literal)].map((match) => match[1]));
  const isPlain = (operand: string) => plain.test(operand) || literals.has(operand);
  return [...code.matchAll(comparison)]
    .filter(([, typeOf, left = '', right = '']) => {
      if (typeOf !== undefined || isPlain(left) || isPlain(right)) return false;
      return secret.test(left) || secret.test(right);
    })
    .map((match) => ({
      path: file.path,
      line: lineAt(file.text, match.index),
      severity: 'error',
      message: `a secret is compared with an operator: \`${match[0]}\``,
      help: 'use `timingSafeEqual` of node:crypto on bytes of equal length',
    }));
}
