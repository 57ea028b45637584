import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sts from '@aws-sdk/client-sts';
import { operationTables } from '@carnet/services';
import { serviceModel } from '@carnet/wire';
import { sampleInput } from './sample-input.ts';

/** One served operation and an input that comes through to the gate. */
export interface ServedOperation {
  readonly service: string;
  readonly name: string;
  readonly input: Record<string, unknown>;
  /** Every action that a call with this input needs; empty when it needs none. */
  readonly actions: readonly string[];
  /** Whether the answer tells of each entry by itself. */
  readonly perEntry: boolean;
}

/** Every operation of every table, so that a new one is in every matrix by itself. */
export function servedOperations(accountId: string): ServedOperation[] {
  return Object.entries(operationTables).flatMap(([service, table]) => {
    const model = serviceModel(service);
    if (model === undefined) throw new Error(`no model of ${service}`);
    return Object.entries(table).map(([name, { authorization }]) => {
      const input = sampleInput(model, name, accountId);
      if (authorization.action === 'none') {
        return { service, name, input, actions: [], perEntry: false };
      }
      const also = 'also' in authorization ? (authorization.also ?? []) : [];
      const caller = { kind: 'anonymous' } as const;
      const further = also.filter(({ when }) => when === undefined || when(input as never, caller));
      return {
        service,
        name,
        input,
        actions: [...new Set([authorization.action, ...further.map(({ action }) => action)])],
        perEntry: 'perEntry' in authorization && authorization.perEntry === true,
      };
    });
  });
}

/** A request as a client signed it, ready to be sent as it is or tampered with. */
export interface SignedHttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface SigningOptions {
  readonly endpoint: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Milliseconds by which the client's clock is off. */
  readonly systemClockOffset?: number;
}

const clients = {
  ec2: { module: ec2, Client: ec2.EC2Client },
  iam: { module: iam, Client: iam.IAMClient },
  lambda: { module: lambda, Client: lambda.LambdaClient },
  s3: { module: s3, Client: s3.S3Client },
  sts: { module: sts, Client: sts.STSClient },
};

/** Lets the AWS SDK serialise and sign the call, and takes the request instead of sending it. */
export async function signedRequest(
  { service, name, input }: ServedOperation,
  options: SigningOptions,
): Promise<SignedHttpRequest> {
  const { module, Client } = clients[service as keyof typeof clients];
  const Command = Reflect.get(module, `${name}Command`);
  let captured: SignedHttpRequest | undefined;
  const client = new Client({
    ...options,
    region: 'us-east-1',
    maxAttempts: 1,
    forcePathStyle: true,
    requestHandler: {
      async handle(request: SignedHttpRequest & { readonly body?: string | Uint8Array }) {
        const { method, path, query, headers, body } = request;
        captured = { method, path, query, headers, body: bytesOf(body) };
        throw new Error('captured');
      },
    },
  });
  const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
  await send(new Command({ ...input })).catch((error: unknown) => {
    if (captured === undefined) throw error;
  });
  client.destroy();
  if (captured === undefined) throw new Error(`${name} was not sent`);
  return captured;
}

function bytesOf(body: string | Uint8Array | undefined): Uint8Array {
  if (body === undefined) return new Uint8Array(0);
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  throw new Error('a body that is neither text nor bytes');
}
