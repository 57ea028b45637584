import { notServed } from '@carnet/services';
import { ApiError } from '@carnet/wire';
import { bufferBody } from './buffer-body.ts';
import type { Exchange } from './exchange.ts';

/** Operations that take a token of another provider in place of a signature. */
const unsignedOperations: ReadonlySet<string> = new Set([
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
]);

/** Bytes; more than a SAML assertion of the longest, 100,000 characters, takes in a form. */
const bodyLimit = 512 * 1024;

/**
 * A form without credentials. Whoever asks for an operation that needs none is told that it is not
 * served, and everybody else that they are missing. Nothing of it is recorded: nobody has called.
 */
export async function refuseUnsignedForm({ body }: Exchange): Promise<never> {
  const limit = { bytes: bodyLimit, tooLarge: missingToken, overloaded: missingToken };
  const form = new URLSearchParams(new TextDecoder().decode(await bufferBody(body, limit)));
  const operation = form.get('Action') ?? '';
  if (!unsignedOperations.has(operation)) throw missingToken();
  throw notServed({ service: 'sts', operation });
}

/** What a call reads that has no credentials. */
export function missingToken(): ApiError {
  const message = 'Request is missing Authentication Token';
  return new ApiError('MissingAuthenticationToken', 403, message);
}
