import { type Check, type Finding, lineAt, type RepositoryFile } from './finding.ts';
import { mask } from './mask.ts';

/** A pattern that may not stand in code, and what to write instead. */
interface Ban {
  readonly message: string;
  readonly help: string;
  readonly pattern: RegExp;
  /** What of the file is looked at. */
  readonly in: 'code' | 'text';
  readonly applies: (path: string) => boolean;
  /** Looks at what follows a match, and at all of the view. */
  readonly unless?: (following: string, view: string) => boolean;
}

const isTest = (path: string) => /\.(?:test|bench|prove)\.ts$|^packages\/[^/]+\/proof\//.test(path);
const isSource = (path: string) => /^(?:packages|apps)\//.test(path) && !isTest(path);
const isIn = (room: string) => (path: string) => path.startsWith(`${room}/`) && !isTest(path);
const isPure = (path: string) => isIn('packages/policy')(path) || isIn('packages/wire')(path);

/** `new RegExp(escaped.source)`, where `escaped` is a regular expression literal of the file. */
function isSourceOfLiteral(following: string, view: string): boolean {
  const name = /^(\w+)\.source\b/.exec(following)?.[1];
  return name !== undefined && view.replaceAll(/\s+/g, ' ').includes(`const ${name} = /`);
}

const bans: readonly Ban[] = [
  {
    message: 'a regular expression is built from data',
    help: 'use a regular expression literal, or the glob matcher of policy',
    pattern: /\bnew\s+RegExp\s*\(|(?<![\w.])RegExp\s*\(/g,
    in: 'code',
    // The patterns of the generated API models: data of ours, never a caller's.
    applies: (path) => isSource(path) && path !== 'packages/wire/src/constraint/java-pattern.ts',
    unless: isSourceOfLiteral,
  },
  {
    message: '`export *` hides what a room offers',
    help: 'name each export',
    pattern: /^\s*export\s*\*/gm,
    in: 'code',
    applies: (path) => path.endsWith('.ts'),
  },
  {
    message: 'SQL text stands in services',
    help: "use Kysely's builder, or add a portable expression to store",
    pattern: /\bsql(?:<[^>]*>)?`|\bsql\.\w+\(/g,
    in: 'code',
    applies: isIn('packages/services'),
  },
  {
    message: 'SQL is built from a string',
    help: 'use parameters: the `sql` tag without `raw`, or the builder',
    pattern: /\bsql\.(?:raw|lit)\b/g,
    in: 'code',
    applies: (path) => isSource(path) && !path.startsWith('packages/services/'),
  },
  {
    message: "Node's own types and globals stand in a pure room",
    help: 'use Uint8Array, TextEncoder, TextDecoder; take the rest as a parameter',
    pattern: /(?<![\w.])(?:Buffer|process|NodeJS|__dirname|require)\b(?!\s*:)/g,
    in: 'code',
    applies: isPure,
  },
  {
    message: 'a pure room asks a clock or a die',
    help: 'take the moment, or the random bytes, as a parameter',
    pattern: /\bDate\.now\b|\bnew\s+Date\s*\(\s*\)|\bMath\.random\b|\bperformance\.now\b/g,
    in: 'code',
    applies: isPure,
  },
  {
    message: '`Math.random` is no source of secrets or ids',
    help: 'use `randomBytes` or `randomUUID` of node:crypto',
    pattern: /\bMath\.random\b/g,
    in: 'code',
    applies: (path) => isSource(path) && !isPure(path),
  },
  {
    message: '`toLowerCase` folds letters that ASCII has not: the Kelvin sign becomes a k',
    help: 'use `asciiLowerCase` for keys of conditions and tags, and for names',
    pattern: /\.to(?:Locale)?LowerCase\(/g,
    in: 'code',
    applies: (path) =>
      isIn('packages/services/src/authorization')(path) || isIn('packages/services/src/sts')(path),
  },
  {
    message: 'a test is chosen or left out by hand',
    help: 'remove it; to skip on a machine that lacks something write `{ skip: reason }`',
    pattern:
      /\b(?:it|test|describe|suite)\.(?:only|skip|todo)\(|\.(?:skip|todo)\(\s*\)|\b(?:only|skip|todo):\s*true\b/g,
    in: 'code',
    applies: (path) => path.endsWith('.test.ts'),
  },
  {
    message: 'a type error is silenced',
    help: 'fix the type; where a library is wrong, narrow it at the border with a check',
    pattern: /@ts-(?:ignore|nocheck|expect-error)/g,
    in: 'text',
    applies: isSource,
  },
];

/** Code that no other tool refuses. */
export const checkCode: Check = (files) =>
  files
    .filter((file) => /\.(?:ts|mjs)$/.test(file.path) && !file.path.includes('/generated/'))
    .flatMap((file) => {
      const views = {
        code: mask(file.text, 'commentsAndStrings'),
        text: file.text,
      };
      return bans
        .filter((ban) => ban.applies(file.path))
        .flatMap((ban) => banFindings(file, views[ban.in], ban));
    });

function banFindings(file: RepositoryFile, view: string, ban: Ban): Finding[] {
  const matches = [...view.matchAll(ban.pattern)].filter(
    (match) => ban.unless?.(view.slice(match.index + match[0].length), view) !== true,
  );
  return matches.map((match) => ({
    path: file.path,
    line: lineAt(file.text, match.index + match[0].search(/\S/)),
    severity: 'error',
    message: `${ban.message}: \`${match[0].trim()}\``,
    help: ban.help,
  }));
}
