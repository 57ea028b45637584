import { foldAscii, type PolicyType } from '@carnet/policy';
import { exitCode, Failure } from '../../failure.ts';
import { escapeControl } from './escape-control.ts';

/** A question told by flags: the files of its policies, and the request. */
export interface QuestionFlags {
  readonly identity?: readonly string[];
  readonly resourcePolicy?: string;
  readonly trust?: string;
  readonly boundary?: string;
  readonly session?: readonly string[];
  /** One for each level, the root first; the files of a level with commas between them. */
  readonly scp?: readonly string[];
  readonly rcp?: readonly string[];
  readonly vpcEndpoint?: string;
  readonly principal?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly resourceAccount?: string;
  readonly resourceMustAgree?: boolean;
  readonly context?: readonly string[];
}

/** The same question as a file would tell it. */
export function questionOfFlags(flags: QuestionFlags): string {
  const { principal, action, resource, resourceAccount, resourceMustAgree, context } = flags;
  if (principal === undefined || action === undefined || resource === undefined) {
    throw new Failure({
      what: 'nothing is asked',
      why: 'a question has a principal, an action and a resource',
      next: 'name a file, or give `--principal`, `--action` and `--resource`',
      exitCode: exitCode.usage,
    });
  }
  const policies = [
    ...ofType('identity', flags.identity),
    ...ofType('resource', flags.resourcePolicy),
    ...ofType('trust', flags.trust),
    ...ofType('permissionsBoundary', flags.boundary),
    ...ofType('session', flags.session),
    ...(flags.scp ?? []).flatMap((files, level) =>
      ofType('serviceControl', files.split(',')).map((scp) => ({ ...scp, level: String(level) })),
    ),
    ...(flags.rcp === undefined ? [] : [FULL_ACCESS, ...ofType('resourceControl', flags.rcp)]),
    ...ofType('vpcEndpoint', flags.vpcEndpoint),
  ];
  const request = {
    principal,
    action,
    resource,
    resourceAccount,
    resourceMustAgree,
    context: contextOf(context ?? []),
  };
  return JSON.stringify({ policies, request }, undefined, 2);
}

/** AWS attaches it wherever resource control policies are in use, and nobody can take it away. */
const FULL_ACCESS = {
  type: 'resourceControl',
  name: 'RCPFullAWSAccess',
  document: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
  },
} as const;

function ofType(type: PolicyType, files: string | readonly string[] | undefined) {
  return [files ?? []].flat().map((file) => ({ type, file }));
}

/** `key=value`; a key that is given twice, in whatever case, has both values. */
function contextOf(words: readonly string[]): Readonly<Record<string, string | readonly string[]>> {
  const context = new Map<string, { readonly key: string; readonly values: string[] }>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals <= 0) {
      throw new Failure({
        what: `\`--context ${escapeControl(word)}\` is no condition key with a value`,
        why: 'a key and its value stand on two sides of an equals sign',
        next: 'write `--context aws:SourceIp=192.0.2.7`',
        exitCode: exitCode.usage,
      });
    }
    const key = word.slice(0, equals);
    const folded = foldAscii(key);
    const entry = context.get(folded) ?? { key, values: [] };
    entry.values.push(word.slice(equals + 1));
    context.set(folded, entry);
  }
  return Object.fromEntries(
    [...context.values()].map(({ key, values }) => [
      key,
      values.length === 1 ? (values[0] ?? '') : values,
    ]),
  );
}
