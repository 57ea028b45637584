import type { PolicyIdentifier } from '@aws-sdk/client-iam';
import { foldAscii } from '@carnet/policy';
import { invalidInput, validationError } from '../error.ts';
import type { SourcePolicy } from './policy-source.ts';

/** Which policies of the source are left out of a simulation: `PolicyExclusionList`. */
export interface PolicyExclusions {
  readonly excludesBoundary: boolean;
  excludes(policy: SourcePolicy): boolean;
}

type Exclusion = (policy: SourcePolicy) => boolean;

const nothing: Exclusion = () => false;

/** Of the types, what is not a policy of the source excludes nothing here. */
const byType: Readonly<Record<string, Exclusion>> = {
  'permission-boundary': nothing,
  'aws-managed': ({ origin }) => origin.kind === 'managed' && isAws(origin.arn),
  inline: ({ origin }) => origin.kind === 'inline',
  scp: nothing,
  'user-managed': ({ origin }) => origin.kind === 'managed' && !isAws(origin.arn),
  rcp: nothing,
};

const attachmentTypes: readonly string[] = ['user', 'role', 'group'];

/** Throws what AWS answers to an identifier that is none. */
export function readExclusions(list: readonly PolicyIdentifier[] | undefined): PolicyExclusions {
  const identifiers = list ?? [];
  const exclusions = identifiers.map((identifier, index) => readExclusion(identifier, index + 1));
  return {
    excludesBoundary: identifiers.some(({ PolicyType: type }) => type === 'permission-boundary'),
    excludes: (policy) => exclusions.some((exclusion) => exclusion(policy)),
  };
}

function readExclusion(identifier: PolicyIdentifier, number: number): Exclusion {
  const { PolicyType: type, PolicyArn: arn, InlinePolicyIdentifier: inline } = identifier;
  if ([type, arn, inline].filter((one) => one !== undefined).length !== 1) {
    throw invalidInput(
      'A policy identifier must specify exactly one of PolicyType, PolicyArn and InlinePolicyIdentifier.',
    );
  }
  const at = `policyExclusionList.${number}.member`;
  if (type !== undefined) {
    requireOneOf(type, `${at}.policyType`, Object.keys(byType));
    return byType[type] ?? nothing;
  }
  if (arn !== undefined) return ofArn(arn);
  const {
    PolicyName: name = '',
    AttachmentType: kind = '',
    AttachmentName: owner = '',
  } = inline ?? {};
  requireOneOf(kind, `${at}.inlinePolicyIdentifier.attachmentType`, attachmentTypes);
  requireSelector(owner);
  return ({ origin }) =>
    origin.kind === 'inline' &&
    origin.owner.kind === kind &&
    foldAscii(origin.name) === foldAscii(name) &&
    fits(foldAscii(owner), foldAscii(origin.owner.name));
}

const policyArnPattern = /^arn:aws:iam::(?:aws|\d{12}):policy\/[\w.,+@=/*?-]+$/;

/** The stored ARN, or the same without its path, which is how the simulator knows policies. */
function ofArn(arn: string): Exclusion {
  if (!policyArnPattern.test(arn)) {
    throw invalidInput(`Invalid ARN provided in the request: ${arn}`);
  }
  requireSelector(arn);
  return ({ origin }) =>
    origin.kind === 'managed' &&
    [origin.arn, withoutPath(origin.arn, origin.name)].some((one) => fits(arn, one));
}

function withoutPath(arn: string, name: string): string {
  return `${arn.slice(0, arn.indexOf('/'))}/${name}`;
}

function isAws(arn: string): boolean {
  return arn.startsWith('arn:aws:iam::aws:');
}

function requireOneOf(value: string, path: string, values: readonly string[]): void {
  if (values.includes(value)) return;
  throw validationError(
    `1 validation error detected: Value at '${path}' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${values.join(', ')}]`,
  );
}

function requireSelector(selector: string): void {
  if (selector.split('*').length <= 2) return;
  throw invalidInput(`${selector} has more than one wildcard character *.`);
}

/** With at most one `*`, for any characters, and `?`, for one. */
function fits(selector: string, text: string): boolean {
  const [head = '', tail] = selector.split('*');
  if (tail === undefined) return fitsExactly(head, text);
  const rest = text.length - tail.length;
  if (rest < head.length) return false;
  return fitsExactly(head, text.slice(0, head.length)) && fitsExactly(tail, text.slice(rest));
}

function fitsExactly(selector: string, text: string): boolean {
  if (selector.length !== text.length) return false;
  return [...selector].every((character, at) => character === '?' || character === text[at]);
}
