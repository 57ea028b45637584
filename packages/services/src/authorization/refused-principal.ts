import { foldAscii, type PolicyDocument, type PrincipalEntry } from '@carnet/policy';

/**
 * The ends of the names that AWS's services have. AWS knows each service by its name; here whatever
 * ends like one is taken for one.
 */
const ends = ['.amazonaws.com', '.amazonaws.com.cn', '.aws.internal'] as const;

/** Those that Lambda's documentation has with another end: the skills of Alexa. */
const others: ReadonlySet<string> = new Set([
  'alexa-appkit.amazon.com',
  'alexa-connectedhome.amazon.com',
]);

/** The first service in a policy that no service of AWS can be: `nope`, `ec2.amazonaw.com`. */
export function impossibleService(document: PolicyDocument): PrincipalEntry | undefined {
  return document.statements
    .flatMap((statement) => statement.principal?.entries ?? [])
    .find(({ type, value }) => type === 'Service' && !isPossible(foldAscii(value.text)));
}

function isPossible(name: string): boolean {
  return others.has(name) || ends.some((end) => name.endsWith(end));
}

/** `"AWS":"arn:…"` as AWS names one that it refuses: the type of a service in capitals. */
export function refusedPrincipal({ type, value }: PrincipalEntry): string {
  return `"${type === 'Service' ? 'SERVICE' : type}":"${value.text}"`;
}
