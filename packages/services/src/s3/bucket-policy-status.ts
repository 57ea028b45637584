import {
  type Condition,
  foldAscii,
  type PolicyDocument,
  parseIpBlock,
  type Statement,
} from '@carnet/policy';

/** Keys whose fixed values tie a statement to somebody or somewhere. */
const narrowingKeys: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceorgid',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
]);

const fixedOperators: ReadonlySet<string> = new Set([
  'StringEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  'ArnEquals',
  'ArnLike',
]);

/**
 * Whether a bucket policy lets in the public: an Allow for everybody that no condition on a fixed
 * account, organization, network or address narrows. In doubt it is public.
 * Source: S3 User Guide, "The meaning of public".
 */
export function isPublic(document: PolicyDocument): boolean {
  return document.statements.some(
    (statement) =>
      statement.effect === 'Allow' && isForEverybody(statement) && !isNarrowed(statement),
  );
}

function isForEverybody({ principal }: Statement): boolean {
  if (!principal) return true;
  return principal.negated || principal.entries.some(({ value }) => value.text === '*');
}

function isNarrowed(statement: Statement): boolean {
  return statement.conditions.some((condition) => {
    // A variable's value is the caller's.
    if (condition.values.some(({ text }) => text.includes('${'))) return false;
    return narrowsByAddress(condition) || narrowsByValue(condition);
  });
}

function narrowsByValue({ operator, key, values }: Condition): boolean {
  return (
    fixedOperators.has(operator) &&
    narrowingKeys.has(foldAscii(key)) &&
    values.length > 0 &&
    values.every(({ text }) => text !== '' && !/[*?]/.test(text))
  );
}

/** S3 counts blocks wider than /8 (IPv4) and /32 (IPv6) as everywhere. */
function narrowsByAddress({ operator, key, values }: Condition): boolean {
  if (operator !== 'IpAddress' || foldAscii(key) !== 'aws:sourceip') return false;
  return values.every(({ text }) => {
    const block = parseIpBlock(text);
    // Two groups are an IPv4 address, in whatever form it was written.
    return block !== undefined && block.prefixLength >= (block.groups.length === 2 ? 8 : 32);
  });
}
