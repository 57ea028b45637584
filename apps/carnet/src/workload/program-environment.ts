/**
 * Settings of AWS's clients that say nothing of who calls whom. Every other variable of theirs stays
 * behind: one that names credentials, a profile or an endpoint would be believed before ours.
 */
const harmless: ReadonlySet<string> = new Set([
  'AWS_CA_BUNDLE',
  'AWS_CLI_AUTO_PROMPT',
  'AWS_CLI_FILE_ENCODING',
  'AWS_DEFAULT_OUTPUT',
  'AWS_MAX_ATTEMPTS',
  'AWS_METADATA_SERVICE_NUM_ATTEMPTS',
  'AWS_METADATA_SERVICE_TIMEOUT',
  'AWS_PAGER',
  'AWS_REQUEST_CHECKSUM_CALCULATION',
  'AWS_RESPONSE_CHECKSUM_VALIDATION',
  'AWS_RETRY_MODE',
]);

/** Where a program finds the server. */
export interface ProgramPlace {
  readonly endpoint: string;
  readonly region: string;
}

/**
 * The environment of a program that runs as a workload: what it inherits, without anything that leads
 * to other credentials or to the server's own secrets, and with what leads to these.
 */
export function programEnvironment(
  inherited: NodeJS.ProcessEnv,
  { endpoint, region }: ProgramPlace,
  credentialVariables: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(
    ([name]) => !/^(?:AWS|CARNET)_/i.test(name) || harmless.has(name),
  );
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    // boto3 and version 1 of the AWS CLI read only this one.
    AWS_DEFAULT_REGION: region,
    // Without these the files in the home folder would be read, and come first.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    BOTO_CONFIG: '/dev/null',
    ...credentialVariables,
  };
}

/** For a program that reads instance metadata at that address. */
export function metadataVariables(endpoint: string): Readonly<Record<string, string>> {
  return { AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint, AWS_EC2_METADATA_V1_DISABLED: 'true' };
}
