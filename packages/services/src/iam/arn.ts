import { invalidInput, validationError } from './error.ts';

export interface PolicyArn {
  /** 12 digits, or `aws` for an AWS managed policy. */
  readonly accountId: string;
  readonly path: string;
  readonly name: string;
}

const policyArnPattern =
  /^arn:(?<partition>[^:]*):iam::(?<accountId>aws|\d{12}):policy(?<path>\/(?:[\w.,+@=/-]+\/)?)(?<name>[\w.,+@=-]+)$/;

/**
 * Reads a managed policy's ARN; throws what AWS answers to one that is none: `InvalidInput`, and
 * `ValidationError` where it is attached or detached.
 */
export function parsePolicyArn(arn: string, refusal = invalidInput): PolicyArn {
  const { partition, accountId, path, name } = policyArnPattern.exec(arn)?.groups ?? {};
  if (accountId === undefined || path === undefined || name === undefined) {
    throw refusal(`ARN ${arn} is not valid.`);
  }
  if (partition !== 'aws') throw validationError('Invalid ARN partition');
  return { accountId, path, name };
}

export interface ProviderArn {
  /** 12 digits. */
  readonly accountId: string;
  /** What stands behind the type: a SAML provider's name, an OIDC provider's URL without `https://`. */
  readonly name: string;
}

const providerArnPatterns = {
  'saml-provider': /^arn:(?<partition>[^:]*):iam::(?<accountId>\d{12}):saml-provider\/(?<name>.+)$/,
  'oidc-provider': /^arn:(?<partition>[^:]*):iam::(?<accountId>\d{12}):oidc-provider\/(?<name>.+)$/,
} as const;

/** Reads an identity provider's ARN; throws what AWS answers to one that is none. */
export function parseProviderArn(type: keyof typeof providerArnPatterns, arn: string): ProviderArn {
  const { partition, accountId, name } = providerArnPatterns[type].exec(arn)?.groups ?? {};
  if (accountId === undefined || name === undefined) {
    throw invalidInput(`ARN ${arn} is not valid.`);
  }
  if (partition !== 'aws') throw validationError('Invalid ARN partition');
  return { accountId, name };
}
