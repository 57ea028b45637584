import type { InstanceMetadata } from '@carnet/services';
import { Failure } from '../failure.ts';
import { callOperator } from '../operator/operator-client.ts';
import type { InstanceMetadataAnswer } from '../operator/protocol.ts';
import type { MetadataSource } from './metadata-server.ts';
import { shareReads } from './share-reads.ts';

/** Asks the server of a data directory about an instance, of its first account unless told otherwise. */
export function instanceQuestion(
  dataDirectory: string,
  instance: { readonly instanceId: string; readonly accountId?: string | undefined },
): () => Promise<InstanceMetadataAnswer> {
  return () =>
    callOperator(dataDirectory, { method: 'POST', path: '/instance-metadata', body: instance });
}

/** What the metadata endpoint of an instance on the server's own machine reads. */
export function operatorSource(ask: () => Promise<InstanceMetadata>): MetadataSource {
  const read = shareReads(async () => {
    try {
      return await ask();
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  });
  return { read };
}

/** Whether the server says that the instance does not run, or is not there. */
export function isGone(error: unknown): boolean {
  return error instanceof Failure && gone.has(error.code ?? '');
}

const gone: ReadonlySet<string> = new Set([
  'IncorrectInstanceState',
  'InvalidInstanceID.NotFound',
  // The account, after a reset.
  'NoSuchEntity',
]);
