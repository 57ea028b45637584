import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TaskCredentials } from '@carnet/services';
import {
  type LocalAnswer,
  type LocalRequest,
  type LoopbackServer,
  openLoopbackServer,
} from './loopback-server.ts';
import { isoSeconds } from './metadata-document.ts';

/** Why there are none: an error of the API, told to the program. */
export interface CredentialsRefusal {
  readonly code: string;
  readonly message: string;
}

export interface ContainerCredentialsSource {
  /** Rejects when nobody can tell. */
  read(): Promise<TaskCredentials | CredentialsRefusal>;
}

/** The endpoint, and what a program needs to be answered. */
export interface ContainerServer extends LoopbackServer {
  /** For `AWS_CONTAINER_CREDENTIALS_FULL_URI`. */
  readonly credentialsUri: string;
  /** For `AWS_CONTAINER_AUTHORIZATION_TOKEN`. */
  readonly authorizationToken: string;
}

const credentialsPath = '/credentials';

/**
 * Opens a container credentials endpoint for one role. Whoever holds the token that was made with it
 * is answered: it reaches the program through its environment and stands in no address.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export async function openContainerServer(
  source: ContainerCredentialsSource,
  port: number,
): Promise<ContainerServer> {
  const authorizationToken = randomBytes(32).toString('base64url');
  const server = await openLoopbackServer(
    {
      answer: (request) => answer(source, authorizationToken, request),
      refuse: (status) => refusal(status, refusals[status]),
    },
    port,
  );
  return {
    ...server,
    credentialsUri: `${server.endpoint}${credentialsPath}`,
    authorizationToken,
  };
}

async function answer(
  source: ContainerCredentialsSource,
  authorizationToken: string,
  request: LocalRequest,
): Promise<LocalAnswer> {
  if (!isEqual(request.header('authorization') ?? '', authorizationToken)) {
    return refusal(401, { code: 'AccessDenied', message: 'The authorization token is not valid.' });
  }
  if (request.path !== credentialsPath) {
    return refusal(404, { code: 'NotFound', message: 'There is nothing under this path.' });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refusal(405, { code: 'MethodNotAllowed', message: 'Credentials are read with GET.' });
  }
  const found = await source.read();
  if ('code' in found) return refusal(400, found);
  return json(200, {
    RoleArn: found.roleArn,
    AccessKeyId: found.accessKeyId,
    SecretAccessKey: found.secretAccessKey,
    Token: found.sessionToken,
    Expiration: isoSeconds(found.expiration),
  });
}

/** In constant time, whatever the lengths. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

const refusals = {
  400: { code: 'BadRequest', message: 'The request has a body, or no path.' },
  403: { code: 'Forbidden', message: 'The Host header is not the address of this endpoint.' },
  503: { code: 'ServiceUnavailable', message: 'The credentials cannot be had now; ask again.' },
} as const;

/** Some clients read `Code` and `Message` in this case alone, the others in any. */
function refusal(status: number, { code, message }: CredentialsRefusal): LocalAnswer {
  return json(status, { Code: code, Message: message });
}

function json(status: number, content: object): LocalAnswer {
  const headers = { 'Content-Type': 'application/json' };
  return { status, headers, body: JSON.stringify(content) };
}
