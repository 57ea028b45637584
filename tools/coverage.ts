/**
 * Writes `docs/coverage.md`: every operation of the API models, served or not, with the action that it
 * is authorized by. With `--check` it writes nothing and fails when the page is not up to date, or when
 * a declaration cannot be right.
 *
 *     node --conditions=@carnet/source tools/coverage.ts [--check]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationTables, refusedOperations } from '@carnet/services';
import { serviceModel } from '@carnet/wire';
import {
  coveragePage,
  declarationProblems,
  type ServiceCoverage,
} from './coverage/coverage-page.ts';

const page = join(import.meta.dirname, '../docs/coverage.md');
const titles: Readonly<Record<string, string>> = {
  iam: 'IAM',
  sts: 'STS',
  s3: 'S3',
  ec2: 'EC2',
  lambda: 'Lambda',
};

const services: ServiceCoverage[] = Object.entries(titles).map(([service, title]) => {
  const model = serviceModel(service);
  if (model === undefined) throw new Error(`no model of ${service}`);
  return {
    service,
    title,
    model,
    table: operationTables[service] ?? {},
    refused: refusedOperations[service] ?? {},
  };
});
const text = coveragePage(services);
const problems = services.flatMap(declarationProblems);

if (process.argv.includes('--check')) {
  const committed = existsSync(page) ? readFileSync(page, 'utf8') : '';
  if (committed !== text) {
    problems.push('docs/coverage.md is out of date\n    help: run `npm run coverage`');
  }
} else {
  writeFileSync(page, text);
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
