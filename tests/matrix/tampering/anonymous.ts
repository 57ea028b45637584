import type { Pair } from '../raw-call.ts';
import { authenticationParameters } from './presigned-query.ts';
import { both, type Cell, isAnonymous, isS3, onTheWay, type Tampering } from './tampering.ts';

/** Parts of credentials that prove nothing by themselves. */
const pieces = ({ world, signing }: Cell): readonly Pair[] => [
  ['x-amz-date', '20261123T120000Z'],
  ['x-amz-security-token', world.session.sessionToken],
  ['x-amz-access-key-id', signing.credentials.accessKeyId],
  ['x-amz-user-agent', signing.credentials.accessKeyId],
  ['cookie', `session=${world.session.sessionToken}`],
  ['proxy-authorization', `Bearer ${world.session.sessionToken}`],
  ['x-forwarded-for', '127.0.0.1'],
  ['x-forwarded-user', 'Administrator'],
];

export const anonymousTamperings: readonly Tampering[] = [
  onTheWay('no credentials', (call) => call, 'noCredentials', { applies: isAnonymous }),
  onTheWay(
    'a piece of credentials',
    (call, place, cell) => ({
      ...call,
      headers: [...call.headers, pieces(cell)[place] ?? ['', '']],
    }),
    'noCredentials',
    { applies: isAnonymous, places: (cell) => pieces(cell).length },
  ),
  onTheWay(
    'one parameter of a presigned URL alone',
    (call, place) => ({
      ...call,
      query: [...call.query, [authenticationParameters[place] ?? '', '1']],
    }),
    'malformedQuery',
    { applies: isAnonymous, places: () => authenticationParameters.length },
  ),
  onTheWay(
    'chunks that nobody signed',
    (call) => ({
      ...call,
      headers: [...call.headers, ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD']],
    }),
    'unsupportedPayload',
    { applies: both(isAnonymous, isS3) },
  ),
];
