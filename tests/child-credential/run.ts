import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { openTestServices, type TestServices } from '../../packages/services/src/testing.ts';
import type { Judge } from './judge.ts';
import { childNeverExceedsParent } from './property.ts';
import { mintsPerWorld, randomWorld } from './random-world.ts';
import { Tally } from './tally.ts';

type NewJudge = (services: TestServices) => Judge;

/** Tries the property on so many calls that mint, a dozen in each world; a seed makes them again. */
export async function tryCases(
  test: TestContext,
  {
    cases,
    seed,
    judge,
  }: { readonly cases: number; readonly seed: number; readonly judge: NewJudge },
): Promise<void> {
  const services = await openTestServices(test);
  const tally = new Tally();
  let accounts = 0;
  const property = {
    services,
    judge: judge(services),
    tally,
    nextAccountId: () => String(300_000_000_000 + ++accounts),
  };
  const holds = fc.asyncProperty(randomWorld(), (world) =>
    childNeverExceedsParent(property, world),
  );
  // A few more: how many a world has is chance.
  const numRuns = Math.ceil((1.03 * cases) / mintsPerWorld) + 3;
  await fc.assert(holds, { numRuns, seed });
  test.diagnostic(tally.toString());
  assert.ok(tally.cases >= cases);
  tally.assertBoth();
}
