import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceMetadata } from '@carnet/services';
import { ApiError } from '@carnet/wire';
import type { MetadataSource } from './metadata-server.ts';
import { shareReads } from './share-reads.ts';

/** What an agent's source is made of. */
export interface HeldMetadataParts {
  /** Asks the server; rejects with an `ApiError` that it answered, or another when it is away. */
  readonly ask: () => Promise<InstanceMetadata>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** A source that asks over a network, and goes on with what it holds while the server is away. */
export interface HeldMetadata extends MetadataSource {
  /** Stops asking in between. */
  close(): void;
}

/** Milliseconds after which the server is asked again: a new profile is served this much later. */
const freshness = 3000;
/** How often it is asked when no program does, so that what is held is always young. */
const renewalInterval = 60_000;
/** How long a program waits for the server while something is held; clients wait for a second. */
const patience = 500;

/** What the server says when the instance, or its key, is no more. */
const refusals: ReadonlySet<string> = new Set([
  'AccessDenied',
  'IncorrectInstanceState',
  'InvalidClientTokenId',
  'InvalidInstanceID.NotFound',
  'SignatureDoesNotMatch',
]);

/** Whether the server says that there is nothing for this key. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && refusals.has(error.code);
}

interface Held {
  readonly metadata: InstanceMetadata | undefined;
  /** When the server was last asked, whatever came of it; milliseconds since 1970. */
  readonly askedAt: number;
}

/** Makes the source of an agent; it asks at once when it is first read. */
export function holdMetadata({ ask, clock }: HeldMetadataParts): HeldMetadata {
  let held: Held | undefined;

  /** Undefined: the server says that there is nothing. Rejects when it is away. */
  const askServer = shareReads(async (): Promise<InstanceMetadata | undefined> => {
    const askedAt = clock();
    try {
      held = { metadata: await ask(), askedAt };
    } catch (error) {
      if (!isRefusal(error)) {
        if (held !== undefined) held = { ...held, askedAt };
        throw error;
      }
      held = { metadata: undefined, askedAt };
    }
    return held.metadata;
  });

  const timer = setInterval(() => void askServer().catch(ignore), renewalInterval).unref();
  return {
    async read() {
      const known = held;
      if (known === undefined || !isGood(known.metadata, clock())) return askServer();
      if (clock() - known.askedAt < freshness) return known.metadata;
      const asked = askServer().catch(() => known.metadata);
      // Whoever asks after this one is told what the server answers later.
      return Promise.race([asked, delay(patience, known.metadata, { ref: false })]);
    },
    close: () => clearInterval(timer),
  };
}

const ignore = () => undefined;

/** Credentials are held until they end, and nothing is served in their place. */
function isGood(metadata: InstanceMetadata | undefined, now: number): boolean {
  const credentials = metadata?.profile?.role?.credentials;
  return credentials === undefined || now < credentials.expiration;
}
