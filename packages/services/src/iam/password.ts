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

const characterClasses = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/];

/**
 * The default password policy (IAM User Guide, account password policy): 8 to 128 characters of
 * three of the four classes, and not the account's name or id.
 */
export function checkPassword(password: string, forbidden: readonly string[]): void {
  if (password.length < 8) {
    throw passwordPolicyViolation('Password should have a minimum length of 8');
  }
  if (characterClasses.filter((characterClass) => characterClass.test(password)).length < 3) {
    throw passwordPolicyViolation(
      'Password should have at least three of: an uppercase letter, a lowercase letter, ' +
        'a number, a non-alphanumeric character',
    );
  }
  if (forbidden.includes(password)) {
    throw passwordPolicyViolation('Password should not be the name of the account');
  }
}

function passwordPolicyViolation(message: string): ApiError {
  return new ApiError('PasswordPolicyViolation', 400, message);
}
