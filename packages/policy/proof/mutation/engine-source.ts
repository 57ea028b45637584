import { join } from 'node:path';
import type { SourceFile } from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';
import { PACKAGE } from './engine-folder.ts';

const PROJECT = join(PACKAGE, 'tsconfig.json');

/** The compiler's view of the engine. */
export interface EngineSource {
  /** The tree of a file, or of other text in its place. */
  readonly parse: (file: string, text?: string) => SourceFile;
  /** True when the compiler takes the file with this text in place of its own. */
  readonly compiles: (file: string, text: string) => boolean;
  readonly close: () => void;
}

/** Names that nobody uses: nothing that a program does hangs on them. */
const UNUSED = new Set([6133, 6138, 6192, 6196, 6198, 6199]);

export function openEngineSource(): EngineSource {
  const replaced = new Map<string, string>();
  const api = new API({ cwd: PACKAGE, fs: { readFile: (path) => replaced.get(path) } });
  const programWith = (changed: readonly string[]) => {
    const fileChanges = { changed: [...changed] };
    const project = api
      .updateSnapshot({ openProjects: [PROJECT], fileChanges })
      .getProject(PROJECT);
    if (project === undefined) throw new Error(`no project ${PROJECT}`);
    return project.program;
  };
  let program = programWith([]);
  const look = <Seen>(
    file: string,
    text: string | undefined,
    see: (path: string) => Seen,
  ): Seen => {
    const path = join(PACKAGE, file);
    if (text === undefined) return see(path);
    replaced.set(path, text);
    program = programWith([path]);
    const seen = see(path);
    replaced.delete(path);
    program = programWith([path]);
    return seen;
  };
  return {
    parse: (file, text) => {
      const source = look(file, text, (path) => program.getSourceFile(path));
      if (source === undefined) throw new Error(`no file ${file}`);
      return source;
    },
    compiles: (file, text) =>
      look(file, text, (path) => {
        const refusals = [
          ...program.getSyntacticDiagnostics(path),
          ...program.getSemanticDiagnostics(path).filter(({ code }) => !UNUSED.has(code)),
        ];
        return refusals.length === 0;
      }),
    close: () => api.close(),
  };
}
