/** What a signing key is good for: `20261123/us-east-1/iam/aws4_request`. */
export interface CredentialScope {
  /** `20261123` */
  readonly date: string;
  readonly region: string;
  /** The signing name, `iam`. */
  readonly service: string;
}

export interface Credential {
  /**
   * `AKIA…/20261123/us-east-1/iam/aws4_request`: no part can hold a slash, so that no two
   * credentials have one text.
   */
  readonly text: string;
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** The scope as it is signed. */
  readonly scopeText: string;
  /** What stands where `aws4_request` must. */
  readonly terminator: string;
}

const form = /^(\w{1,128})\/(\d{8})\/([\w-]{1,64})\/([a-z0-9-]{1,64})\/(\w{1,64})$/;

/** Undefined for any other form. */
export function parseCredential(text: string): Credential | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = '', terminator = ''] = match;
  const scopeText = text.slice(accessKeyId.length + 1);
  return { text, accessKeyId, scope: { date, region, service }, scopeText, terminator };
}

export function formatScope(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}
