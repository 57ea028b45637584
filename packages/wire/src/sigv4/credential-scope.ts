/** What a signing key is good for: `20261123/us-east-1/iam/aws4_request`. */
export interface CredentialScope {
  /** `20261123` */
  readonly date: string;
  readonly region: string;
  /** The signing name, `iam`. */
  readonly service: string;
}

export interface Credential {
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** What stands where `aws4_request` must. */
  readonly terminator: string;
}

const form = /^(\w{1,128})\/(\d{8})\/([\w-]{1,64})\/([a-z0-9-]{1,64})\/(\w{1,64})$/;

/** Reads `AKIA…/20261123/us-east-1/iam/aws4_request`; undefined for any other form. */
export function parseCredential(text: string): Credential | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = '', terminator = ''] = match;
  return { accessKeyId, scope: { date, region, service }, terminator };
}

export function formatScope(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}
