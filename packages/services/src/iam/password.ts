import type { Schema } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import { hash, verify } from '@node-rs/argon2';

/** argon2id, the library's default, with OWASP's parameters: 19 MiB, two passes, one lane. */
const argon2Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Hashing takes a thread of the few that read and write files as well. Whoever sends passwords all
 * the time must not keep everybody from their objects.
 */
const mostAtOnce = 1;
const mostWaiting = 100;
const takeTurn = createTurns(mostAtOnce, mostWaiting);

/** A PHC string of its own salt. About 10 ms: never inside a transaction. */
export async function hashPassword(password: string): Promise<string> {
  return await takeTurn(() => hash(password, argon2Options));
}

/** Compares in constant time. */
export async function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
  return await takeTurn(() => verify(passwordHash, password));
}

/** Runs works in the order of asking, `most` at once. Throws `Throttling` when too many wait. */
export function createTurns(most: number, waitingLimit: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= most) {
      if (waiting.length >= waitingLimit) throw new ApiError('Throttling', 400, 'Rate exceeded');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

/** Each with what AWS says of a password without it. Symbols are those of the IAM User Guide. */
const characterClasses = [
  ['require_uppercase_characters', /[A-Z]/, 'Password should have at least one uppercase letter'],
  ['require_lowercase_characters', /[a-z]/, 'Password should have at least one lowercase letter'],
  ['require_numbers', /[0-9]/, 'Password should have at least one number'],
  ['require_symbols', /[!@#$%^&*()_+\-=[\]{}|']/, 'Password should have at least one symbol'],
] as const;

const classesByDefault = 3;

/** What the account's policy asks of the characters of a password. */
type PasswordRequirement = Pick<
  Schema['iam_password_policy'],
  'minimum_password_length' | (typeof characterClasses)[number][0]
>;

/**
 * Throws `PasswordPolicyViolation`, naming all that is missing. Without a policy of the account AWS's
 * default holds: 8 characters of three of the four classes (IAM User Guide, account password policy).
 * No password is the account's name or id.
 */
export function checkPassword(
  password: string,
  policy: PasswordRequirement | undefined,
  forbidden: readonly string[],
): void {
  const least = policy?.minimum_password_length ?? 8;
  const violations = [
    ...(password.length < least ? [`Password should have a minimum length of ${least}`] : []),
    ...(policy ? missingRequired(password, policy) : missingByDefault(password)),
  ];
  if (violations.length > 0) throw passwordPolicyViolation(violations.join(', '));
  if (forbidden.includes(password)) {
    throw passwordPolicyViolation('Password should not be the name of the account');
  }
}

/** The new password is one of those that the policy remembers. */
export function reusedPassword(): ApiError {
  return passwordPolicyViolation(
    'Policy constraint violation with password reuse prevention during password change.',
  );
}

function missingRequired(password: string, policy: PasswordRequirement): readonly string[] {
  return characterClasses
    .filter(([required, characters]) => policy[required] === 1 && !characters.test(password))
    .map(([, , sentence]) => sentence);
}

function missingByDefault(password: string): readonly string[] {
  const missing = characterClasses.filter(([, characters]) => !characters.test(password));
  const more = missing.length - (characterClasses.length - classesByDefault);
  if (more <= 0) return [];
  const sentences = missing.map(([, , sentence]) => sentence).join(', ');
  return [`Password should meet ${more} more of the following requirements: ${sentences}`];
}

function passwordPolicyViolation(message: string): ApiError {
  return new ApiError('PasswordPolicyViolation', 400, message);
}
