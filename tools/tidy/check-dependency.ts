import type { Check, Finding, RepositoryFile } from './finding.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages?: Readonly<Record<string, { resolved?: string; integrity?: string }>>;
}

/** Exact versions, a written reason for each runtime dependency, a lock that names no host. */
export const checkDependency: Check = (files) => [
  ...files.filter((file) => /(?:^|\/)package\.json$/.test(file.path)).flatMap(versionFindings),
  ...reasonFindings(files),
  ...files.filter((file) => file.path === 'package-lock.json').flatMap(lockFindings),
];

function versionFindings(file: RepositoryFile): Finding[] {
  const manifest: Manifest = JSON.parse(file.text);
  return Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
    .map(([name, version]) => ({
      path: file.path,
      line: 0,
      severity: 'error',
      message: `\`${name}\` has the version range \`${version}\``,
      help: 'write one exact version: an update is a change that somebody looks at',
    }));
}

function reasonFindings(files: readonly RepositoryFile[]): Finding[] {
  const reasons = files
    .filter((file) => file.path.startsWith('docs/decisions/'))
    .map((file) => file.text)
    .join('\n');
  return files
    .filter((file) => /^(?:packages|apps)\/[^/]+\/package\.json$/.test(file.path))
    .flatMap((file) => {
      const manifest: Manifest = JSON.parse(file.text);
      return Object.keys(manifest.dependencies ?? {})
        .filter((name) => !name.startsWith('@carnet/') && !reasons.includes(`\`${name}\``))
        .map((name) => ({
          path: file.path,
          line: 0,
          severity: 'error' as const,
          message: `runtime dependency \`${name}\` has no reason`,
          help: 'add a line to docs/decisions/0004-runtime-dependencies.md, or do without',
        }));
    });
}

function lockFindings(file: RepositoryFile): Finding[] {
  const lock: Lock = JSON.parse(file.text);
  return Object.entries(lock.packages ?? {}).flatMap(([name, entry]): Finding[] => {
    if (entry.resolved?.includes('://') !== true) return [];
    return [
      {
        path: file.path,
        line: 0,
        severity: 'error',
        message: `\`${name}\` names a registry host`,
        help: 'take the `resolved` fields out: `npm ci` then asks the registry it is set up with',
      },
    ];
  });
}
