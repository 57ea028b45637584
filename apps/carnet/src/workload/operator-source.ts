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
export function operatorSource(ask: () => Promise<InstanceMetadataAnswer>): MetadataSource {
  const read = shareReads(async () => {
    try {
      return (await ask()).metadata;
    } catch (error) {
      if (error instanceof Failure && gone.has(error.code ?? '')) return undefined;
      throw error;
    }
  });
  return { read };
}

const gone: ReadonlySet<string> = new Set(['InvalidInstanceID.NotFound', 'IncorrectInstanceState']);
