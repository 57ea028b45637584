import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { apiModels } from './models/api-models.ts';
import { awsManagedPolicies } from './models/aws-managed-policies.ts';
import { serviceNames } from './models/service-names.ts';

const committed = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url));

for (const target of [apiModels, awsManagedPolicies, serviceNames]) {
  test(`what is committed is what would be generated: ${target.name}`, async () => {
    const files = await target.files();
    assert(files.length > 0);
    for (const file of files) {
      assert(file.matches(committed(file.path)), `${file.path}: run \`npm run generate\``);
    }
  });
}

test('a changed model is noticed', async () => {
  for (const file of await apiModels.files()) {
    const changed = committed(file.path).toString('utf8').replace('"string"', '"blob"');
    assert.equal(file.matches(Buffer.from(changed)), false);
  }
});

test('a changed policy is noticed, however it is compressed', async () => {
  const files = await awsManagedPolicies.files();
  const documents = files.find(({ path }) => path.endsWith('documents.json'));
  assert(documents);
  const chunks: string[] = JSON.parse(committed(documents.path).toString('utf8'));
  const swapped = [chunks[1], chunks[0], ...chunks.slice(2)];
  assert.equal(documents.matches(Buffer.from(JSON.stringify(swapped))), false);
  const [first = ''] = chunks;
  assert(brotliDecompressSync(Buffer.from(first, 'base64')).includes('"Statement"'));
});

test('facts name their source, and carry no documentation', () => {
  for (const service of ['iam', 'sts', 's3', 'ec2']) {
    const text = committed(`tools/facts/generated/${service}.json`).toString('utf8');
    const facts = JSON.parse(text);
    assert.match(facts.botocore, /^\d+\.\d+\.\d+$/);
    assert.match(facts.sha256, /^[0-9a-f]{64}$/);
    assert(!text.includes('documentation'));
  }
});
