import type { RequestHead } from './request-head.ts';

/** The query parameters of a presigned URL, by their lower-case names. */
export const authenticationParameters: ReadonlyMap<string, string> = new Map(
  [
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
    'X-Amz-Security-Token',
  ].map((name) => [name.toLowerCase(), name]),
);

/** Parameters that choose the operation: of two, two readers could take different ones. */
const protocolParameters: ReadonlySet<string> = new Set(['action', 'version']);

/** Parameters that only a URL of Signature Version 2 has, in lower case. */
const versionTwo: ReadonlySet<string> = new Set(['awsaccesskeyid', 'signature']);

const hoistable = /^x-amz-[\w-]+$/i;

/** What a query says about credentials. */
export interface QuerySurvey {
  /** Values of the authentication parameters by their exact names. */
  readonly authentication: ReadonlyMap<string, string>;
  /** Other `x-amz-*` parameters, by lower-case names: they count as headers of a presigned URL. */
  readonly hoisted: ReadonlyMap<string, string>;
  readonly signatureVersion2: boolean;
  /** The first parameter that occurs twice, its case aside. */
  readonly duplicate: string | undefined;
  /** The first authentication parameter whose name is not written as AWS writes it. */
  readonly variant: string | undefined;
}

const emptySurvey: QuerySurvey = {
  authentication: new Map(),
  hoisted: new Map(),
  signatureVersion2: false,
  duplicate: undefined,
  variant: undefined,
};

/** Looks through a query once. */
export function surveyQuery(query: RequestHead['query']): QuerySurvey {
  if (query.length === 0) return emptySurvey;
  const authentication = new Map<string, string>();
  const hoisted = new Map<string, string>();
  const seen = new Set<string>();
  let signatureVersion2 = false;
  let duplicate: string | undefined;
  let variant: string | undefined;
  for (const [name, value] of query) {
    const lower = name.toLowerCase();
    const exact = authenticationParameters.get(lower);
    const isHoisted = exact === undefined && hoistable.test(name);
    if (exact === undefined && !isHoisted && !protocolParameters.has(lower)) {
      signatureVersion2 ||= versionTwo.has(lower);
      continue;
    }
    if (seen.has(lower)) duplicate ??= exact ?? lower;
    seen.add(lower);
    if (exact === undefined) {
      if (isHoisted) hoisted.set(lower, value);
      continue;
    }
    if (exact !== name) variant ??= exact;
    if (!authentication.has(exact)) authentication.set(exact, value);
  }
  return { authentication, hoisted, signatureVersion2, duplicate, variant };
}
