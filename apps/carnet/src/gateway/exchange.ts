import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Services, Transport } from '@carnet/services';
import type { CredentialReading, RawRequest } from '@carnet/wire';
import type { Logger } from 'pino';
import type { RequestBody } from './request-body.ts';

/** What the gateway works with. */
export interface GatewayParts {
  readonly services: Services;
  readonly log: Logger;
  /** Resolves when the store answers and the feed is applied. */
  readonly isReady: () => Promise<boolean>;
  /** Told of every answer; metrics when they are on. */
  readonly observe?: ((observation: Observation) => void) | undefined;
}

/** One answered request, for metrics and the log. */
export interface Observation {
  /** `iam`, `sts`, `ec2`, `s3`, `health`, or `none`. */
  readonly service: string;
  /** `CreateUser`, undefined when it could not be told. */
  readonly operation: string | undefined;
  readonly status: number;
  /** Milliseconds from the request's head to the end of the answer. */
  readonly duration: number;
}

/** A request on its way, and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly raw: RawRequest;
  /** What the raw request says of its sender; nothing of it is true before `authenticate`. */
  readonly reading: CredentialReading;
  readonly transport: Transport;
  readonly body: RequestBody;
  readonly requestId: string;
  /** Filled in on the way, for metrics and the log. */
  operation: string | undefined;
}
