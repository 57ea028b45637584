/**
 * Checks what no other tool knows. Biome, tsc and knip guard the rest of the walls; the tests in
 * `tidy.test.ts` and `walls.test.ts` plant a violation of each. Every finding names its replacement.
 *
 *     node tools/tidy.ts [folder]
 */
import { checkCase } from './tidy/check-case.ts';
import { checkCode } from './tidy/check-code.ts';
import { checkComparison } from './tidy/check-comparison.ts';
import { checkDependency } from './tidy/check-dependency.ts';
import { checkDocument } from './tidy/check-document.ts';
import { checkEdge } from './tidy/check-edge.ts';
import { checkName } from './tidy/check-name.ts';
import { checkSize } from './tidy/check-size.ts';
import { checkText } from './tidy/check-text.ts';
import { type Finding, formatFinding, type RepositoryFile } from './tidy/finding.ts';
import { readRepository } from './tidy/repository.ts';

const checks = [
  checkSize,
  checkName,
  checkEdge,
  checkCode,
  checkComparison,
  checkText,
  checkDependency,
  checkDocument,
  checkCase,
];

/** Everything wrong with these files, in the order of their paths. */
export function tidy(files: readonly RepositoryFile[]): readonly Finding[] {
  return checks
    .flatMap((check) => check(files))
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}

if (import.meta.main) {
  const files = readRepository(process.argv[2] ?? '.');
  const findings = tidy(files);
  for (const finding of findings) process.stderr.write(`${formatFinding(finding)}\n`);
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  process.stdout.write(`tidy: ${files.length} files, ${errors} errors\n`);
  process.exitCode = errors > 0 ? 1 : 0;
}
