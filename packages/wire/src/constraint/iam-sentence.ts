import type { Violation } from './find-violations.ts';

const nameSentence = 'It must contain only alphanumeric characters and/or the following: +=,.@_-';
const pathSentence =
  'It must begin and end with / and contain only alphanumeric characters and/or / characters.';
const prefixSentence =
  'It must begin with the / character and contain only alphanumeric characters and/or / characters.';
const textSentence = 'It must contain only printable ASCII characters.';

/** The members that AWS has been seen to speak of so; an instance profile's name is not among them. */
const sentences: ReadonlyMap<string, string> = new Map([
  ['assumeRolePolicyDocument', textSentence],
  ['groupName', nameSentence],
  ['newGroupName', nameSentence],
  ['newPath', pathSentence],
  ['newServerCertificateName', nameSentence],
  ['newUserName', nameSentence],
  ['path', pathSentence],
  ['pathPrefix', prefixSentence],
  ['policyDocument', textSentence],
  ['policyName', nameSentence],
  ['privateKey', textSentence],
  ['roleName', nameSentence],
  ['serverCertificateName', nameSentence],
  ['userName', nameSentence],
]);

/**
 * What IAM says when the value of a member of the input breaks the pattern of its shape, without
 * naming the pattern; undefined where it names it.
 */
export function patternSentence(path: string): string | undefined {
  const sentence = sentences.get(path);
  return sentence && `The specified value for ${path} is invalid. ${sentence}`;
}

/**
 * IAM names what is broken in the order of a hash table of its members' names: a thumbprint list
 * before a URL, the reuse of passwords before their age.
 */
export function inHashOrder(violations: readonly Violation[]): readonly Violation[] {
  return violations.toSorted((first, second) => bucketOf(first.path) - bucketOf(second.path));
}

/** The bucket of the member that a path begins with, among the sixteen of Java's `HashMap`. */
function bucketOf(path: string): number {
  const [member = ''] = path.split('.');
  let hash = 0;
  for (const character of member) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return (hash ^ (hash >>> 16)) & 15;
}
