/**
 * Writes every generated file of the repository: `node tools/generate.ts`. With `--check` it writes
 * nothing and fails when a committed file differs from what would be generated. With `--botocore
 * <folder>` the facts under `tools/facts/generated/` are read anew from an installed botocore first.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { apiModels } from './models/api-models.ts';
import { awsManagedPolicies } from './models/aws-managed-policies.ts';
import { extractFacts } from './models/botocore-facts.ts';
import type { GeneratedFile, Target } from './models/generated-file.ts';
import { serviceNames } from './models/service-names.ts';

const targets: readonly Target[] = [apiModels, awsManagedPolicies, serviceNames];
const root = new URL('../', import.meta.url);

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, botocore: { type: 'string' } },
});
if (values.botocore !== undefined) await extractFacts(values.botocore);
const outdated: string[] = [];
for (const target of targets) {
  for (const file of await target.files()) {
    if (await isCurrent(file)) continue;
    outdated.push(file.path);
    if (!values.check) await write(file);
  }
}
if (values.check && outdated.length > 0) {
  process.stderr.write(`outdated: ${outdated.join(', ')}\nrun \`npm run generate\`\n`);
  process.exitCode = 1;
} else if (outdated.length > 0) {
  process.stderr.write(`wrote ${outdated.join(', ')}\n`);
}

async function isCurrent(file: GeneratedFile): Promise<boolean> {
  const committed = await readFile(new URL(file.path, root)).catch(() => undefined);
  return committed !== undefined && file.matches(committed);
}

async function write(file: GeneratedFile): Promise<void> {
  const path = fileURLToPath(new URL(file.path, root));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, file.content());
}
