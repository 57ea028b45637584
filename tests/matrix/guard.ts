/** What stands between a tampered request and an operation, and how the code reads without it. */
export interface Guard {
  /** The end of its path. */
  readonly file: string;
  /** As it stands there, once. */
  readonly guard: string;
  readonly without: string;
  /** What is not signed and reaches no operation: no refusal shows it. */
  readonly isOfHeaders?: boolean;
}

/** Each line is one guard: the text as it stands, and what stands there without it. */
function guardsOf(file: string, texts: readonly (readonly [string, string])[]): Guard[] {
  return texts.map(([guard, without]) => ({ file, guard, without }));
}

const sigv4 = 'packages/wire/src/sigv4';
const sigv2 = 'packages/wire/src/sigv2';
const gateway = 'apps/carnet/src/gateway';
const never = (condition: string) => [`if (${condition})`, 'if (false)'] as const;

const ofCredentials: readonly Guard[] = [
  ...guardsOf(`${sigv4}/authorization-header.ts`, [
    ['return unsupported(text);', ';'],
    never('!names.includes(name)'),
    never('fields.has(name)'),
    never('missing !== undefined'),
  ]),
  ...guardsOf(`${sigv4}/authentication-parameter.ts`, [
    never('seen.has(lower)'),
    never('exact !== name'),
    ["'action', 'version'", "''"],
  ]),
  ...guardsOf(`${sigv4}/read-credentials.ts`, [
    never('authorization !== undefined && (authentication.size > 0 || signatureVersion2)'),
    never('variant !== undefined'),
    never('duplicate !== undefined'),
    never('missing !== undefined'),
    never("value('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256'"),
    never('head.headers.has(name)'),
    never('problem !== undefined'),
    never('!/^\\d+$/.test(expires)'),
    never("Number(expires) <= maxExpires || service !== 's3'").map((text) =>
      text.replace('false', 'true'),
    ) as [string, string],
    never('!amzDate.startsWith(scope.date)'),
  ]),
  ...guardsOf(`${sigv4}/signature-claim.ts`, [
    ['!headerName.test(name) || ', ''],
    [' || name <= previous', ''],
    never("credential.terminator !== 'aws4_request'"),
  ]),
  ...guardsOf(`${sigv4}/credential-scope.ts`, [['(\\w{1,128})', '(\\w{0,128})']]),
  ...guardsOf(`${sigv4}/request-head.ts`, [
    never('!originForm.test(target)'),
    ['if (singleHeaders.has(name))', 'if (name === undefined)'],
    ["  'host',\n", ''],
    ["  'authorization',\n", ''],
    ["  'x-amz-date',\n", ''],
    ["  'x-amz-security-token',\n", ''],
    ["  'x-amz-content-sha256',\n", ''],
    ["  'x-amz-decoded-content-length',\n", ''],
  ]),
];

const ofSignature: readonly Guard[] = [
  ...guardsOf(`${sigv4}/verify-signature.ts`, [
    never("!signedHeaders.includes('host')"),
    never("!signedHeaders.includes('date')"),
    [
      "return refusal(signed, 'unsignedHeader', unsignedHeaders);\n  }\n  return undefined;",
      'continue;\n  }\n  return undefined;',
    ],
    ['timeProblem(signed, options);\n  if', 'undefined;\n  if'],
    never('timestamp - now > maxSkew'),
    ['now - timestamp <= lifetime', 'true'],
    ['Math.abs(now - timestamp) <= maxSkew', 'true'],
    ['isS3 ? (signed.expiresIn ?? 0) * 1000 : maxSkew', '(signed.expiresIn ?? 0) * 1000'],
    never('!declaredRight && !isSha256Hex(declared)'),
    never('!declaredRight'),
    ["if (form === 'presigned') {\n      return", 'if (true) {\n      return'],
    never("declaration.kind === 'unsignedChunks' || declaration.kind === 'signedChunks'"),
    never('!signed.signedHeaders.includes(name)'),
    ['if (!equalDigests(hmacSha256Hex(signingKey, stringToSign), signed.signature)) continue;', ''],
  ]),
  {
    ...(guardsOf(`${sigv4}/visible-header.ts`, [
      ['if (visible.has(name)) headers.set', 'headers.set'],
    ])[0] as Guard),
    isOfHeaders: true,
  },
];

const ofVersion2: readonly Guard[] = [
  ...guardsOf(`${sigv4}/read-credentials.ts`, [['names.length > 0 ?', 'names.length > 99 ?']]),
  ...guardsOf(`${sigv2}/read-version2-request.ts`, [
    never('!takenMethods.has(head.method)'),
    never('exact !== undefined && exact !== name'),
    never('seen.has(lower)'),
    ['else if (!resourceParameters.has(name)) {', 'else if (name === undefined) {'],
    never("value.includes('&')"),
    never("own('AWSAccessKeyId') === '' || own('Signature') === '' || !query.own.has('Expires')"),
    never('!epochSeconds.test(expires)'),
    never('other !== undefined && other.bytes !== header.bytes'),
    [
      "return refuse('unsupportedPayload', 'A presigned URL takes no streaming payload.');",
      "return { kind: 'unsigned' };",
    ],
  ]),
  ...guardsOf(`${sigv2}/version2-header.ts`, [never('/\\p{Cc}/u.test(text)')]),
  ...guardsOf(`${sigv2}/verify-version2-signature.ts`, [
    never('options.now > request.expiresAt'),
    never('!equalBase64(digest, request.signature)'),
  ]),
];

const ofPayload: readonly Guard[] = [
  ...guardsOf(`${sigv4}/payload-declaration.ts`, [
    [
      "return refuse('invalidContentSha256', invalidContentSha256);",
      "return { kind: 'unsigned' };",
    ],
    ["'reason' in declaration || declaration.kind !== 'signedChunks'", 'true'],
  ]),
  ...guardsOf(`${sigv4}/create-payload-verifier.ts`, [
    never("!equalDigests(hash.digest('hex'), sha256)"),
  ]),
  ...guardsOf(`${sigv4}/chunk-signature.ts`, [
    [
      'if (!equalDigests(hmacSha256Hex(mode.signingKey, stringToSign), signature)) return false;',
      '',
    ],
  ]),
  ...guardsOf(`${sigv4}/chunk-decoder.ts`, [
    never("this.#state !== 'done'"),
    [
      "case 'failed':\n        // Bytes after the end are as little a part of the body as bytes that are missing.\n        throw incompleteBody();",
      "case 'failed':\n        return input.length;",
    ],
    never('signatures === undefined && signature !== undefined'),
    ['      this.#verifyChunk(noBytes);\n', ''],
    ['      this.#verifyChunk(bytes);\n', ''],
    ['        this.#verifyChunk(chunk);\n', ''],
    ['!trailers.includes(name) || ', ''],
    [' || this.#trailers.has(name)', ''],
    never('mustBeSigned && this.#trailers.size === 0'),
    never('mustBeSigned'),
    never('this.#trailers.size !== trailers.length'),
    never('!signatures.verifyTrailers(this.#trailerText, value)'),
  ]),
  ...guardsOf(`${gateway}/s3-body.ts`, [
    never('expected !== undefined && expected !== verifier.decodedBytes'),
    never('verifier.decodedBytes !== length'),
    ['checkDocumentDigest(operation, all, document);', ''],
  ]),
];

const ofCallers: readonly Guard[] = [
  ...guardsOf('packages/services/src/authentication/authenticate.ts', [never('!verification.ok')]),
  ...guardsOf('packages/services/src/authentication/credential.ts', [
    ['if (sessionToken === undefined) throw unknownKey(service, accessKeyId);', ''],
    ['if (sessionToken !== undefined) throw invalidToken(service);', ''],
    ['throw expiredToken(service);\n    return', ';\n    return'],
    never('!key?.active').map((text) => text.replace('false', '!key')) as [string, string],
  ]),
  ...guardsOf('packages/services/src/authentication/session-credential.ts', [
    never('!key?.active'),
    ['device.enabledAt <= mfa.authenticatedAt', 'true'],
    ['known?.accessKeyId === accessKeyId', 'known'],
  ]),
  ...guardsOf('packages/services/src/authentication/access-keys.ts', [
    ["if (change.kind === 'accessKey')", 'if (change === undefined)'],
  ]),
  ...guardsOf(`${gateway}/query-service.ts`, [
    never("targetPath(raw.target) !== '/'"),
    never("raw.method !== 'POST' && raw.method !== 'GET'"),
    never('elsewhere !== undefined'),
    never("type !== undefined && !type.toLowerCase().includes('x-www-form-urlencoded')"),
  ]),
  ...guardsOf(`${gateway}/check-head.ts`, [
    never("rawHeader(rawHeaders, 'host') === undefined && httpVersion === '1.1'"),
  ]),
  ...guardsOf('packages/wire/src/query/form.ts', [never('parameters.has(name)')]),
  ...guardsOf('packages/wire/src/query/decode-query-request.ts', [
    ["folded === 'action' || ", ''],
    [" || folded === 'version'", ''],
  ]),
];

/** Guards in the way of a request, each by itself. */
export const guards: readonly Guard[] = [
  ...ofCredentials,
  ...ofSignature,
  ...ofVersion2,
  ...ofPayload,
  ...ofCallers,
];
