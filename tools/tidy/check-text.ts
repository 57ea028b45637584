import { type Check, type Finding, lineAt } from './finding.ts';

interface Ban {
  readonly message: string;
  readonly help: string;
  readonly pattern: RegExp;
}

const bans: readonly Ban[] = [
  {
    message: 'work is put off',
    help: 'do it, or open an issue and leave the code without a note',
    pattern: /\b(?:TO[D]O|FIX[M]E|X[X]X|HAC[K])\b/g,
  },
  {
    message: "a path of somebody's machine",
    help: 'use a path relative to the repository, or the system temporary folder',
    pattern: /(?<![\w.}*)])\/(?:home|Users)\/[a-z][\w-]*\/|(?<![\w.}*)])\/(?:work|root)\/[\w.]/g,
  },
  {
    message: 'a path out of the repository',
    help: 'put what is needed into the repository',
    pattern: /(?<![\w/])\.\.\/shared\b/g,
  },
  {
    message: 'a mark of an unfinished merge',
    help: 'finish the merge',
    pattern: /^(?:<{7}|>{7})(?= )/gm,
  },
];

/** Text of every kind: code, prose, configuration. */
export const checkText: Check = (files) =>
  files
    .filter((file) => !/^LICENSE$|package-lock\.json$|\/generated\//.test(file.path))
    .flatMap((file) =>
      bans.flatMap((ban) =>
        [...file.text.matchAll(ban.pattern)].map(
          (match): Finding => ({
            path: file.path,
            line: lineAt(file.text, match.index),
            severity: 'error',
            message: `${ban.message}: \`${match[0]}\``,
            help: ban.help,
          }),
        ),
      ),
    );
