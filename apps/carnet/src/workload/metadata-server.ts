import type { InstanceMetadata } from '@carnet/services';
import {
  type LocalAnswer,
  type LocalRequest,
  type LoopbackServer,
  openLoopbackServer,
} from './loopback-server.ts';
import { findMetadata } from './metadata-path.ts';
import { createMetadataTokens, type MetadataTokens } from './metadata-token.ts';

/** Where the endpoint learns of its instance, at every request anew. */
export interface MetadataSource {
  /** Undefined: the instance runs no more. Rejects when nobody can tell. */
  read(): Promise<InstanceMetadata | undefined>;
}

/** What the endpoint of an instance is made of. */
export interface MetadataServerParts {
  readonly source: MetadataSource;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** 0 for any that is free. */
  readonly port: number;
}

const tokenPath = '/latest/api/token';
const lifeHeader = 'x-aws-ec2-metadata-token-ttl-seconds';
const longestLife = 21_600;

/**
 * Opens the instance metadata service, version 2: whoever reads has first asked for a token by PUT,
 * which no redirect, image or form makes a browser or a proxy do.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export async function openMetadataServer(parts: MetadataServerParts): Promise<LoopbackServer> {
  const tokens = createMetadataTokens(parts.clock);
  return openLoopbackServer(
    { answer: (request) => answer(parts, tokens, request), refuse: refusal },
    parts.port,
  );
}

async function answer(
  parts: MetadataServerParts,
  tokens: MetadataTokens,
  request: LocalRequest,
): Promise<LocalAnswer> {
  const { method, path } = request;
  if (path === tokenPath) {
    return method === 'PUT' ? issueToken(tokens, request) : notAllowed('OPTIONS, PUT');
  }
  // AWS issues tokens under `latest` alone, and says so to who asks elsewhere.
  if (method === 'PUT') return refusal(403);
  if (method !== 'GET' && method !== 'HEAD') return notAllowed('GET, HEAD, OPTIONS');
  const left = tokens.secondsLeft(request.header('x-aws-ec2-metadata-token') ?? '');
  if (left === undefined) return refusal(401);
  const instance = await parts.source.read();
  const text = instance && findMetadata(instance, path, parts.clock());
  return text === undefined ? refusal(404) : plain(text, { [lifeHeader]: String(left) });
}

/** A request that came through a proxy gets none: whoever sent it is on another machine. */
function issueToken(tokens: MetadataTokens, request: LocalRequest): LocalAnswer {
  if (request.hasHeader('x-forwarded-for')) return refusal(403);
  const asked = request.header(lifeHeader) ?? '';
  const seconds = /^\d{1,5}$/.test(asked) ? Number(asked) : 0;
  if (seconds < 1 || seconds > longestLife) return refusal(400);
  return plain(tokens.issue(seconds), { [lifeHeader]: String(seconds) });
}

const server = { Server: 'EC2ws' };

function plain(body: string, headers: Readonly<Record<string, string>>): LocalAnswer {
  return { status: 200, headers: { 'Content-Type': 'text/plain', ...server, ...headers }, body };
}

function notAllowed(methods: string): LocalAnswer {
  const { headers, ...rest } = refusal(405);
  return { ...rest, headers: { ...headers, Allow: methods } };
}

const reasons = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  503: 'Service Unavailable',
} as const;

/** The page that AWS's endpoint answers with. */
function refusal(status: keyof typeof reasons): LocalAnswer {
  const reason = `${status} - ${reasons[status]}`;
  const body = `<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
\t"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title>${reason}</title>
 </head>
 <body>
  <h1>${reason}</h1>
 </body>
</html>
`;
  return { status, headers: { 'Content-Type': 'text/html', ...server }, body };
}
