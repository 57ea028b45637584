import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type CaseDocument, type DecisionCase, type PolicyType, readCases } from '@carnet/policy';
import { exitCode, Failure } from '../../failure.ts';
import { formatExcerpt } from './format-excerpt.ts';

/** A question told by flags: the files of its policies, and the request. */
export interface QuestionFlags {
  readonly identity?: readonly string[];
  readonly resourcePolicy?: string;
  readonly trust?: string;
  readonly boundary?: string;
  readonly session?: readonly string[];
  readonly scp?: readonly string[];
  readonly rcp?: readonly string[];
  readonly vpcEndpoint?: string;
  readonly principal?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly resourceAccount?: string;
  readonly context?: readonly string[];
}

export interface Question {
  readonly question: DecisionCase;
  /** The file in which a document stands, as the user may open it, and its text. */
  readonly textOf: (document: CaseDocument) => { readonly file: string; readonly text: string };
}

/** Fails with everything that is wrong with the files, each in its place. */
export function readQuestions(files: readonly string[], flags: QuestionFlags): readonly Question[] {
  if (files.length > 0) return files.flatMap((file) => readFile(file));
  return readText('the command line', textOfFlags(flags), '.');
}

function readFile(file: string): readonly Question[] {
  // `-` is what stands on the standard input.
  const text = file === '-' ? readFileSync(0, 'utf8') : loadText(file);
  return readText(file, text, file === '-' ? '.' : dirname(file));
}

function readText(name: string, text: string, folder: string): readonly Question[] {
  const loaded = new Map<string, string>();
  const result = readCases(text, (file) => {
    const document = loadText(resolve(folder, file));
    loaded.set(file, document);
    return document;
  });
  if (!result.ok) {
    const lines = result.problems.map(({ file, position, message, help }) => {
      const place = { file: file ?? name, text: file ? (loaded.get(file) ?? '') : text };
      return formatExcerpt(place, [{ position, length: 1 }], help ?? message);
    });
    throw new Failure({
      what: 'the question cannot be asked',
      why: `it has ${lines.length} ${lines.length === 1 ? 'fault' : 'faults'}\n\n${lines.join('\n')}`,
      next: 'see cases/README.md for the format',
      exitCode: exitCode.usage,
    });
  }
  return result.cases.map((question) => ({
    question,
    textOf: ({ file }) =>
      file === undefined ? { file: name, text } : { file, text: loaded.get(file) ?? '' },
  }));
}

function loadText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure({
      what: `\`${file}\` cannot be read`,
      why: error instanceof Error ? error.message : String(error),
      next: 'name a file that exists',
      exitCode: exitCode.usage,
    });
  }
}

/** The same question as a file would tell it. */
function textOfFlags(flags: QuestionFlags): string {
  const { principal, action, resource, resourceAccount, context } = flags;
  if (principal === undefined || action === undefined || resource === undefined) {
    throw new Failure({
      what: 'nothing is asked',
      why: 'a question has a principal, an action and a resource',
      next: 'name a file, or give `--principal`, `--action` and `--resource`',
      exitCode: exitCode.usage,
    });
  }
  const policies: { type: PolicyType; file: string; level?: string }[] = [
    ...ofType('identity', flags.identity),
    ...ofType('resource', flags.resourcePolicy),
    ...ofType('trust', flags.trust),
    ...ofType('permissionsBoundary', flags.boundary),
    ...ofType('session', flags.session),
    ...ofType('serviceControl', flags.scp).map((scp, level) => ({ ...scp, level: String(level) })),
    ...ofType('resourceControl', flags.rcp),
    ...ofType('vpcEndpoint', flags.vpcEndpoint),
  ];
  const request = {
    principal,
    action,
    resource,
    resourceAccount: resourceAccount ?? accountOf(resource) ?? accountOf(principal),
    context: contextOf(context ?? []),
  };
  return JSON.stringify({ policies, request }, undefined, 2);
}

function ofType(type: PolicyType, files: string | readonly string[] | undefined) {
  return [files ?? []].flat().map((file) => ({ type, file }));
}

/** The account that an ARN names, where it names one. */
function accountOf(arn: string): string | undefined {
  return arn.split(':')[4] || undefined;
}

/** `key=value`; a key that is given twice has both values. */
function contextOf(words: readonly string[]): Readonly<Record<string, string | readonly string[]>> {
  const context = new Map<string, string[]>();
  for (const word of words) {
    const equals = word.indexOf('=');
    const key = equals < 0 ? word : word.slice(0, equals);
    const values = context.get(key) ?? [];
    context.set(key, equals < 0 ? values : [...values, word.slice(equals + 1)]);
  }
  return Object.fromEntries(
    [...context].map(([key, values]) => [key, values.length === 1 ? (values[0] ?? '') : values]),
  );
}
