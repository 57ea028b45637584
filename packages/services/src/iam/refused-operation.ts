/**
 * Operations of the API model that only make sense inside Amazon, with the reason that a caller reads
 * after `NotImplemented`, and `docs/coverage.md` shows. There are at most ten.
 */
export const refusedIamOperations: Readonly<Record<string, string>> = {
  AcquireRole: 'Role templates are published by services of AWS, and none is here.',
  CreateDelegationRequest:
    'Delegation requests are made by partners that AWS has registered, from templates that AWS keeps.',
  GetAccountProperties: 'Account properties are settings of Role Manager, a service of AWS.',
  GetHumanReadableSummary: 'Summaries are written by a language model that AWS runs.',
  GetRoleTemplateVersion: 'Role templates are published by services of AWS, and none is here.',
  PutAccountProperties: 'Account properties are settings of Role Manager, a service of AWS.',
  SendDelegationToken:
    'Tokens are sent over the channel of a partner that AWS has registered, and none is here.',
};
