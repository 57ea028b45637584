import type { Credentials } from '../../started-server.ts';
import type { World } from '../world.ts';
import {
  both,
  bySigner,
  type Cell,
  flip,
  isAnonymous,
  isHeader,
  isPresigned,
  isSession,
  isSigned,
  onTheWay,
  signedNames,
  type Tampering,
  withValue,
} from './tampering.ts';

const bearsCredentials = (cell: Cell) => !isAnonymous(cell);
const isLongTerm = both(bearsCredentials, (cell) => !isSession(cell));
const ofSession = both(bearsCredentials, isSession);

/** Everything is signed, and by these. */
function signedBy(
  name: string,
  credentials: (world: World, own: Credentials, place: number) => Credentials,
  reason: Parameters<typeof bySigner>[2],
  more: Parameters<typeof bySigner>[3],
): Tampering {
  const alter = ({ world, signing }: Cell, place: number) => ({
    signing: { credentials: credentials(world, signing.credentials, place) },
  });
  return bySigner(name, alter, reason, more);
}

const longTerm = { applies: isLongTerm };
const session = { applies: ofSession };

const keys: readonly Tampering[] = [
  signedBy(
    'a key that is none',
    (_, own) => ({ ...own, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }),
    'unknownKey',
    longTerm,
  ),
  signedBy(
    'a key in small letters',
    (_, own) => ({ ...own, accessKeyId: own.accessKeyId.toLowerCase() }),
    'unknownKey',
    longTerm,
  ),
  signedBy('an inactive key', ({ inactive }) => inactive, 'unknownKey', longTerm),
  signedBy('a deleted key', ({ deleted }) => deleted, 'unknownKey', longTerm),
  signedBy("a deleted user's key", ({ ofDeletedUser }) => ofDeletedUser, 'unknownKey', longTerm),
  signedBy(
    'a secret that is none',
    (_, own) => ({ ...own, secretAccessKey: flip(own.secretAccessKey, 7) }),
    'wrongSignature',
    { applies: bearsCredentials },
  ),
  signedBy('no secret', (_, own) => ({ ...own, secretAccessKey: '' }), 'wrongSignature', {
    applies: bearsCredentials,
  }),
  signedBy(
    "another user's secret",
    ({ otherUser: { secretAccessKey } }, own) => ({ ...own, secretAccessKey }),
    'wrongSignature',
    { applies: bearsCredentials },
  ),
  signedBy(
    "a namesake's secret",
    ({ namesake: { secretAccessKey } }, own) => ({ ...own, secretAccessKey }),
    'wrongSignature',
    { applies: bearsCredentials },
  ),
];

const tokens: readonly Tampering[] = [
  signedBy(
    'a token where none belongs',
    ({ session: { sessionToken } }, own) => ({ ...own, sessionToken }),
    'wrongToken',
    longTerm,
  ),
  signedBy(
    'an empty token where none belongs',
    (_, own) => ({ ...own, sessionToken: '' }),
    'wrongToken',
    longTerm,
  ),
  signedBy(
    'a session without its token',
    (_, { sessionToken: _token, ...rest }) => rest,
    'unknownKey',
    session,
  ),
  signedBy('an empty token', (_, own) => ({ ...own, sessionToken: '' }), 'wrongToken', session),
  signedBy(
    'a token cut short',
    (_, own, place) => ({ ...own, sessionToken: own.sessionToken?.slice(0, -1 - place) ?? '' }),
    'wrongToken',
    { ...session, samples: () => 40 },
  ),
  signedBy(
    'a longer token',
    (_, own) => ({ ...own, sessionToken: `${own.sessionToken}A` }),
    'wrongToken',
    session,
  ),
  signedBy(
    'a character of the token',
    (_, own, place) => ({ ...own, sessionToken: flip(own.sessionToken ?? '', place) }),
    'wrongToken',
    { ...session, samples: ({ signing }) => signing.credentials.sessionToken?.length ?? 1 },
  ),
  signedBy(
    "another session's token",
    ({ otherSession: { sessionToken } }, own) => ({ ...own, sessionToken }),
    'wrongToken',
    session,
  ),
  signedBy(
    "another session's secret",
    ({ otherSession: { secretAccessKey } }, own) => ({ ...own, secretAccessKey }),
    'wrongSignature',
    session,
  ),
  signedBy(
    "another session's key id",
    ({ otherSession: { accessKeyId } }, own) => ({ ...own, accessKeyId }),
    'wrongToken',
    session,
  ),
  signedBy(
    'a session that has expired',
    ({ expired, session: own }, _, place) => expired[place] ?? own,
    'expiredToken',
    { ...session, samples: ({ world }) => world.expired.length },
  ),
  signedBy(
    'a session that has ended',
    ({ ended, session: own }, _, place) => ended[place] ?? own,
    'wrongToken',
    { ...session, samples: ({ world }) => world.ended.length },
  ),
  signedBy("another purpose's token", ({ marker }) => marker, 'wrongToken', session),
  signedBy('a session of another deployment', ({ elsewhere }) => elsewhere, 'wrongToken', session),
  signedBy(
    'a token of another deployment',
    ({ elsewhere: { sessionToken } }, own) => ({ ...own, sessionToken }),
    'wrongToken',
    session,
  ),
  signedBy(
    "a long-term key's id with a token",
    ({ probe: { accessKeyId } }, own) => ({ ...own, accessKeyId }),
    'wrongToken',
    session,
  ),
  onTheWay(
    "another session's token, on the way",
    (call, _place, { world: { otherSession } }) => ({
      ...call,
      headers: withValue(call.headers, 'x-amz-security-token', otherSession.sessionToken),
      query: call.query.map(([name, value]) =>
        name.toLowerCase() === 'x-amz-security-token'
          ? [name, encodeURIComponent(otherSession.sessionToken)]
          : [name, value],
      ),
    }),
    'wrongToken',
    session,
  ),
];

const minute = 60_000;
/** Minutes by which a clock may not be off, and days. */
const away = [-20, 20, -24 * 60, 24 * 60, -365 * 24 * 60];

const times: readonly Tampering[] = [
  bySigner(
    'a time outside the window',
    ({ signing }, place) => ({ signing: { time: signing.time + (away[place] ?? 0) * minute } }),
    (cell) => (isHeader(cell) ? 'skewed' : 'presignedExpired'),
    { applies: isSigned, places: () => away.length },
  ),
  bySigner(
    'a presigned URL whose life is over',
    ({ signing }) => ({ signing: { time: signing.time - 3 * minute, expires: '120' } }),
    'presignedExpired',
    // Other services keep to their 15 minutes, whatever the URL says.
    { applies: both(isPresigned, ({ signing }) => signing.service === 's3') },
  ),
  bySigner(
    'a longer life than a service gives',
    ({ signing }) => ({ signing: { time: signing.time - 20 * minute, expires: '3600' } }),
    'presignedExpired',
    { applies: both(isPresigned, ({ signing }) => signing.service !== 's3') },
  ),
  bySigner(
    'another day in the scope, signed',
    () => ({ signing: { scopeDate: '20201123' } }),
    scope,
    {
      applies: isSigned,
    },
  ),
  bySigner(
    'another end of the scope, signed',
    () => ({ signing: { terminator: 'aws4_other' } }),
    scope,
    {
      applies: isSigned,
    },
  ),
];

function scope(cell: Cell) {
  return isHeader(cell) ? 'headerScope' : 'queryScope';
}

/** Headers that have to be signed, as far as this cell sends them. */
const mustBeSigned = (cell: Cell) => {
  const names = signedNames(cell);
  // An empty list would be malformed.
  if (names.length === 1) return [];
  return names.filter(
    (name) => /^(?:host|x-amz-.*)$/.test(name) && name !== 'x-amz-content-sha256',
  );
};

const unsigned: readonly Tampering[] = [
  bySigner(
    'a header that its signer did not sign',
    (cell, place) => ({ signing: { unsigned: [mustBeSigned(cell)[place] ?? ''] } }),
    'unsignedHeader',
    { applies: isSigned, places: (cell) => mustBeSigned(cell).length },
  ),
  bySigner(
    'a Date header that its signer did not sign',
    () => ({ signing: { dateHeader: 'date', unsigned: ['date'] } }),
    'unsignedHeader',
    { applies: isHeader },
  ),
];

export const credentialTamperings: readonly Tampering[] = [
  ...keys,
  ...tokens,
  ...times,
  ...unsigned,
];
