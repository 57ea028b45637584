import { randomBytes } from 'node:crypto';
import { models } from '@carnet/wire';
import type { Answer } from '../../matrix/raw-call.ts';
import type { Credentials } from '../../started-server.ts';
import { openQueryCaller, parametersOf, type QueryCaller } from '../query-call.ts';

export type Input = Readonly<Record<string, unknown>>;

/** One of the accounts, and its administrator. */
export interface Side {
  readonly accountId: string;
  /** Stands in every document, tag and description of the account, and in none of another. */
  readonly canary: string;
  /** What the answers were so far, by operation, oldest first. */
  readonly heard: ReadonlyMap<string, readonly string[]>;
  send(operation: string, input: Input): Promise<Answer>;
  close(): void;
}

export function openSide(endpoint: string, accountId: string, credentials: Credentials): Side {
  const caller: QueryCaller = openQueryCaller(endpoint, credentials);
  const heard = new Map<string, string[]>();
  return {
    accountId,
    canary: `canary${randomBytes(6).toString('hex')}`,
    heard,
    async send(operation, input) {
      const answer = await caller.send(operation, parametersOf(models.iam, operation, input));
      heard.set(operation, [...(heard.get(operation) ?? []), answer.body]);
      return answer;
    },
    close: () => caller.close(),
  };
}
