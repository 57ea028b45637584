import type { InstanceMetadata } from '@carnet/services';
import { ApiError } from '@carnet/wire';
import { Failure } from '../failure.ts';

/** What is asked about an instance. */
export interface Question {
  /** The answer that its program was started with. */
  readonly first: InstanceMetadata;
  /** Rejects when the instance is gone, and when nobody can tell. */
  readonly ask: () => Promise<InstanceMetadata>;
  /** Whether what `ask` rejects with says that the instance is gone, or its key. */
  readonly isGone: (error: unknown) => boolean;
}

/** Milliseconds that lie between two lines at least. */
const pause = 3000;

/**
 * The same question, which says on stderr when credentials vanish or come back, once for each change.
 * What a program has missed from the beginning is said at once. `clock`: milliseconds since 1970.
 */
export function announceChanges(
  { first, ask, isGone }: Question,
  clock: () => number,
  write = (line: string): unknown => process.stderr.write(line),
): () => Promise<InstanceMetadata> {
  const name = `\`${first.instanceId}\``;
  const there = `there are credentials for ${name} again`;
  let said = there;
  let saidAt = Number.NEGATIVE_INFINITY;
  let now = there;
  let isWaiting = false;

  function say(): void {
    isWaiting = false;
    if (now === said) return;
    said = now;
    saidAt = clock();
    write(`carnet: ${now}\n`);
  }

  /** A change within the pause is said after it, unless it is undone by then. */
  function note(state: string): void {
    now = state;
    const left = saidAt + pause - clock();
    if (left <= 0) {
      say();
    } else if (!isWaiting) {
      isWaiting = true;
      setTimeout(say, left).unref();
    }
  }

  function answered({ profile }: InstanceMetadata): string {
    const why = whyMissing(profile);
    return why === undefined ? there : `there are no credentials for ${name}: ${why}`;
  }

  note(answered(first));
  return async () => {
    try {
      const metadata = await ask();
      note(answered(metadata));
      return metadata;
    } catch (error) {
      note(
        isGone(error)
          ? `there are no credentials for ${name}: ${whyGone(error)}`
          : `the server cannot be asked about ${name}; programs keep what they have until it ends`,
      );
      throw error;
    }
  };
}

function whyGone(error: unknown): string {
  if (error instanceof Failure) return error.why;
  if (error instanceof ApiError && error.code === 'InvalidClientTokenId') {
    return 'the server does not know its key; it was enrolled again, or terminated';
  }
  return error instanceof Error ? error.message : String(error);
}

function whyMissing(profile: InstanceMetadata['profile']): string | undefined {
  if (profile === undefined) return 'no instance profile is associated with it';
  if (!profile.exists) return 'its instance profile was deleted';
  if (profile.role === undefined) return 'there is no role in its instance profile';
  if (profile.role.credentials !== undefined) return undefined;
  const { roleName } = profile.role;
  return `the trust policy of the role \`${roleName}\` does not let ec2.amazonaws.com assume it`;
}
