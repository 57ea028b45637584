import assert from 'node:assert/strict';
import { deflateRawSync } from 'node:zlib';
import type { SealingPurpose } from '@carnet/store';
import type { RawRequest } from '@carnet/wire';
import type { Credentials } from '../testing.ts';
import type { SessionWorld } from './testing-session.ts';

export type Token = Required<Credentials>;
/** What a refusal is in AWS's words. */
export type Answer = readonly [code: string, status: number];

/** Of IAM and STS, and of S3. */
export type Answers = readonly [query: Answer, s3: Answer];

export const badToken: Answers = [
  ['InvalidClientTokenId', 403],
  ['InvalidToken', 400],
];
const unknownKey: Answers = [
  ['InvalidClientTokenId', 403],
  ['InvalidAccessKeyId', 403],
];
export const expired: Answers = [
  ['ExpiredToken', 403],
  ['ExpiredToken', 400],
];
const mismatch: Answers = [
  ['SignatureDoesNotMatch', 403],
  ['SignatureDoesNotMatch', 403],
];
const unsigned: Answers = [
  ['SignatureDoesNotMatch', 403],
  ['AccessDenied', 403],
];
const ambiguous: Answers = [
  ['IncompleteSignature', 400],
  ['InvalidArgument', 400],
];
/** Such a head tells no service: the gateway knows a form by its shape, and answers for its services. */
const duplicate: Answers = [
  ['InvalidArgument', 400],
  ['InvalidArgument', 400],
];
const ambiguousQuery: Answers = [
  ['IncompleteSignature', 400],
  ['AuthorizationQueryParametersError', 400],
];

export const forms = ['header', 'presigned'] as const;

export interface World extends SessionWorld {
  /** Two sessions of one role. */
  readonly session: Token;
  readonly other: Token;
  /** Of a role of the same name in another account. */
  readonly namesake: Token;
  readonly namesakeAccount: string;
  /** Of the same account and role in a deployment with another master key. */
  readonly elsewhere: Token;
}

/** Signed by whoever has these credentials: what is wrong was there before signing. */
type BySigner = readonly [what: string, (world: World) => Credentials, Answers];

export const withToken = (own: Credentials, sessionToken: string): Credentials => ({
  ...own,
  sessionToken,
});

const bytesOf = (token: string) => Buffer.from(token, 'base64url');

/** What another purpose sealed, for this very key, around what is in the session's own token. */
function sealedAs(purpose: SealingPurpose) {
  return ({ store, session }: World) => {
    const text = store.sealing.open('session', session.accessKeyId, session.sessionToken);
    assert.ok(text);
    return withToken(session, store.sealing.seal(purpose, session.accessKeyId, text));
  };
}

function altered(change: (token: string) => string) {
  return ({ session }: World) => {
    const token = change(session.sessionToken);
    assert.notEqual(token, session.sessionToken);
    return withToken(session, token);
  };
}

/** Sealed like a session, and written in a format that nothing here writes. */
function ofFormat(format: number) {
  return ({ store, session }: World) => {
    const opened = store.sealing.open('session', session.accessKeyId, session.sessionToken);
    assert.ok(opened);
    const other = Buffer.concat([Buffer.of(format), opened.subarray(1)]);
    return withToken(session, store.sealing.seal('session', session.accessKeyId, other));
  };
}

/** A sealing's head of ours, and behind it what unpacks to 2 MB; its tag is a guess. */
function bomb({ session }: World): Credentials {
  const head = bytesOf(session.sessionToken).subarray(0, 21);
  const packed = deflateRawSync(Buffer.alloc(1 << 21), { level: 9 });
  const token = Buffer.concat([head, Buffer.of(3), packed, Buffer.alloc(16)]);
  return withToken(session, token.toString('base64url'));
}

export const bySigner: readonly BySigner[] = [
  ['cut by one', altered((token) => token.slice(0, -1)), badToken],
  ['cut to a half', altered((token) => token.slice(0, token.length / 2)), badToken],
  ['cut to its head', altered((token) => token.slice(0, 12)), badToken],
  ['a token of one character', altered(() => 'A'), badToken],
  ['an empty token', altered(() => ''), badToken],
  ['one character more', altered((token) => `${token}A`), badToken],
  ['padded', altered((token) => `${token}=`), badToken],
  ['padded twice', altered((token) => `${token}==`), badToken],
  ['with a line break', altered((token) => `${token.slice(0, 20)}%0A${token.slice(20)}`), badToken],
  ['with a space in it', altered((token) => `${token.slice(0, 20)} ${token.slice(20)}`), badToken],
  ['in quotes', altered((token) => `"${token}"`), badToken],
  ['twice', altered((token) => `${token},${token}`), badToken],
  ['in the other alphabet', altered((token) => bytesOf(token).toString('base64')), badToken],
  ['in hexadecimal', altered((token) => bytesOf(token).toString('hex')), badToken],
  ['encoded once more', altered((token) => Buffer.from(token).toString('base64url')), badToken],
  ['in capitals', altered((token) => token.toUpperCase()), badToken],
  ['of 1 MB', altered((token) => token + 'A'.repeat(1 << 20)), badToken],
  ['as long as no token is', altered((token) => token.padEnd(4097, 'A')), badToken],
  ['of version 0', altered((token) => `AA${token.slice(2)}`), badToken],
  ['of version 255', altered((token) => `_w${token.slice(2)}`), badToken],
  ['of a format before', ofFormat(1), badToken],
  ['of a format to come', ofFormat(4), badToken],
  ['of a format that is far away', ofFormat(255), badToken],
  ['a pagination marker', sealedAs('pagination'), badToken],
  ['an authorization message', sealedAs('authorizationMessage'), badToken],
  ['a sealed secret', sealedAs('secret'), badToken],
  ['what unpacks to too much', bomb, badToken],
  [
    "another session's token",
    ({ session, other }) => withToken(session, other.sessionToken),
    badToken,
  ],
  [
    "another session's key and secret",
    ({ session, other }) => withToken(other, session.sessionToken),
    badToken,
  ],
  [
    "another session's secret",
    ({ session, other: { secretAccessKey } }) => ({ ...session, secretAccessKey }),
    mismatch,
  ],
  [
    "a namesake's token",
    ({ session, namesake }) => withToken(session, namesake.sessionToken),
    badToken,
  ],
  ['of another deployment', ({ elsewhere }) => elsewhere, badToken],
  [
    'the token of another deployment',
    ({ session, elsewhere }) => withToken(session, elsewhere.sessionToken),
    badToken,
  ],
  [
    'with a long-term key',
    ({ session, longTerm }) => withToken(longTerm, session.sessionToken),
    badToken,
  ],
  ['an empty one with a long-term key', ({ longTerm }) => withToken(longTerm, ''), badToken],
  [
    'a temporary key without its token',
    ({ session: { accessKeyId, secretAccessKey } }) => ({ accessKeyId, secretAccessKey }),
    unknownKey,
  ],
];

type Edit = (request: RawRequest, world: World) => RawRequest;

/** Done to a signed request by whoever has no key. */
interface OnTheWay {
  readonly what: string;
  readonly form: (typeof forms)[number];
  readonly edit: Edit;
  readonly answers: Answers;
  /** By whom it was signed, unless it is the session. */
  readonly signer?: (world: World) => Credentials;
}

const adding =
  (name: string, value: (world: World) => string): Edit =>
  (request, world) => ({ ...request, rawHeaders: [...request.rawHeaders, name, value(world)] });
const asking =
  (value: (world: World) => string): Edit =>
  (request, world) => ({
    ...request,
    target: `${request.target}${request.target.includes('?') ? '&' : '?'}${value(world)}`,
  });
const ownToken = ({ session: { sessionToken } }: World) => sessionToken;
const bare = ({ session: { accessKeyId, secretAccessKey } }: World) => ({
  accessKeyId,
  secretAccessKey,
});
const asParameter = (world: World) => `X-Amz-Security-Token=${ownToken(world)}`;

const header = 'X-Amz-Security-Token';

export const onTheWay: readonly OnTheWay[] = [
  {
    what: 'the header twice',
    form: 'header',
    edit: adding(header, ownToken),
    answers: duplicate,
  },
  {
    what: 'the header twice, in another case',
    form: 'header',
    edit: adding('x-AMZ-security-token', ({ other }) => other.sessionToken),
    answers: duplicate,
  },
  {
    what: 'in the header and in the query',
    form: 'header',
    edit: asking(asParameter),
    answers: ambiguous,
  },
  {
    what: 'in the query and in the header',
    form: 'presigned',
    edit: adding(header, ownToken),
    answers: ambiguous,
  },
  {
    what: 'the parameter twice',
    form: 'presigned',
    edit: asking(asParameter),
    answers: ambiguousQuery,
  },
  {
    what: 'the parameter in another case',
    form: 'presigned',
    edit: asking((world) => asParameter(world).toLowerCase()),
    answers: ambiguousQuery,
  },
  {
    what: 'a header that nobody signed',
    form: 'header',
    edit: adding(header, ownToken),
    answers: unsigned,
    signer: bare,
  },
  {
    what: 'a header that nobody signed, with a long-term key',
    form: 'header',
    edit: adding(header, ownToken),
    answers: badToken,
    signer: ({ longTerm }) => longTerm,
  },
  {
    what: 'a parameter that nobody signed',
    form: 'presigned',
    edit: asking(asParameter),
    answers: mismatch,
    signer: bare,
  },
  {
    what: 'a header beside the URL',
    form: 'presigned',
    edit: adding(header, ownToken),
    answers: ambiguous,
    signer: bare,
  },
];
