const federation = 'Federation with providers of identity is not served yet.';

/**
 * Operations of the API model that are refused, with the reason that a caller reads after
 * `NotImplemented`, and `docs/coverage.md` shows.
 */
export const refusedStsOperations: Readonly<Record<string, string>> = {
  AssumeRoleWithSAML: federation,
  AssumeRoleWithWebIdentity: federation,
  GetDelegatedAccessToken:
    'Tokens to trade in are sent to partners that AWS has registered, and none is here.',
  GetScopedCredentials: 'AWS has not published what it does.',
  GetWebIdentityToken: federation,
};
