import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, normalize, resolve, sep } from 'node:path';
import {
  type CaseDocument,
  type CaseProblem,
  type DecisionCase,
  type LoadDocument,
  principalKeys,
  readCases,
} from '@carnet/policy';
import { exitCode, Failure } from '../../failure.ts';
import { escapeControl } from './escape-control.ts';
import { formatExcerpt } from './format-excerpt.ts';
import { type QuestionFlags, questionOfFlags } from './question-of-flags.ts';

/** A text, and its name as the user may open it. */
interface NamedText {
  readonly file: string;
  readonly text: string;
}

export interface Question {
  readonly question: DecisionCase;
  /** The file in which the question stands; undefined of one told by flags. */
  readonly file: string | undefined;
  /** Where a document stands; undefined of one that stands nowhere, which we added. */
  readonly textOf: (document: CaseDocument) => NamedText | undefined;
}

/** Fails with everything that is wrong with the files, each in its place. */
export function readQuestions(files: readonly string[], flags: QuestionFlags): readonly Question[] {
  const readInput = standardInput();
  if (files.length > 0) return files.flatMap((file) => readFile(file, readInput));
  return readFlags(flags, readInput);
}

function readFile(file: string, readInput: () => string): readonly Question[] {
  const text = file === '-' ? readInput() : loadText(file);
  const folder = file === '-' ? '.' : dirname(file);
  const { cases, loaded } = readText({ file, text }, file, (name) =>
    staysWithin(name) ? loadText(resolve(folder, name)) : undefined,
  );
  return cases.map((question) => ({
    question,
    file,
    textOf: ({ file: name }) =>
      name === undefined ? { file, text } : { file: name, text: loaded.get(name) ?? '' },
  }));
}

/** The keys that follow from the principal are filled in, where the flags do not tell them. */
function readFlags(flags: QuestionFlags, readInput: () => string): readonly Question[] {
  const source = { file: 'the command line', text: questionOfFlags(flags) };
  const { cases, loaded } = readText(source, undefined, (name) =>
    name === '-' ? readInput() : loadText(name),
  );
  return cases.map((question) => {
    const { principal, resourceAccount, context } = question.request;
    const known = principalKeys(principal, resourceAccount);
    const whole = { get: (key: string) => context.get(key) ?? known.get(key) };
    return {
      question: { ...question, request: { ...question.request, context: whole } },
      file: undefined,
      textOf: ({ file: name }) =>
        name === undefined ? undefined : { file: name, text: loaded.get(name) ?? '' },
    };
  });
}

function readText(
  source: NamedText,
  file: string | undefined,
  load: LoadDocument,
): { readonly cases: readonly DecisionCase[]; readonly loaded: ReadonlyMap<string, string> } {
  const loaded = new Map<string, string>();
  const result = readCases(source.text, (name) => {
    const text = load(name);
    if (text !== undefined) loaded.set(name, text);
    return text;
  });
  if (!result.ok) throw faulty(result.problems, source, file, loaded);
  if (result.cases.length > 0) return { cases: result.cases, loaded };
  throw new Failure({
    what: 'nothing is asked',
    why: `\`${escapeControl(source.file)}\` holds no question`,
    next: 'see cases/README.md for the format',
    exitCode: exitCode.usage,
  });
}

/** Faults that are shown; the others are counted. */
const MOST_FAULTS = 20;

function faulty(
  problems: readonly CaseProblem[],
  source: NamedText,
  file: string | undefined,
  loaded: ReadonlyMap<string, string>,
): Failure {
  const lines = problems.slice(0, MOST_FAULTS).flatMap((problem) => {
    const { file: name, position } = problem;
    const place = name === undefined ? source : { file: name, text: loaded.get(name) ?? '' };
    return formatExcerpt(place, [{ position, length: 1 }], toldProblem(problem));
  });
  const left = problems.length - MOST_FAULTS;
  if (left > 0) lines.push(`and ${left} more`);
  const isOfQuestion = problems.some(({ subject }) => subject === 'question');
  const ofQuestion =
    file === undefined ? 'see `carnet decide --help`' : 'see cases/README.md for the format';
  return new Failure({
    what: 'the question cannot be asked',
    why: `it has ${problems.length} ${problems.length === 1 ? 'fault' : 'faults'}\n\n${lines.join('\n')}`,
    next: isOfQuestion ? ofQuestion : 'correct the policy: AWS would not save it either',
    exitCode: exitCode.usage,
  });
}

/** Of a policy what AWS would say, and behind it what AWS would leave to be found. */
function toldProblem({ subject, message, help }: CaseProblem): string {
  if (subject === 'question') return help ?? message;
  return help === undefined ? message : `${message} (${help})`;
}

/** A question names files beside it; one that came from elsewhere reads nothing else. */
function staysWithin(file: string): boolean {
  const [first] = normalize(file).split(sep);
  return file !== '' && !isAbsolute(file) && first !== '..';
}

/** What `-` names; it can be read once. */
function standardInput(): () => string {
  let isRead = false;
  return () => {
    if (isRead) {
      throw new Failure({
        what: '`-` is named twice',
        why: 'the standard input can be read only once',
        next: 'write one of the two to a file',
        exitCode: exitCode.usage,
      });
    }
    isRead = true;
    return readFileSync(0, 'utf8');
  };
}

function loadText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure({
      what: `\`${escapeControl(file)}\` cannot be read`,
      why: escapeControl(error instanceof Error ? error.message : String(error)),
      next: 'name a file that exists',
      exitCode: exitCode.usage,
    });
  }
}
