/**
 * The matrix at every place of every request: each digit of a signature, each character of a token,
 * each header and parameter, with long-term and temporary credentials. It takes minutes.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { routesOf, runMatrix } from './matrix.ts';
import { openWorld, type World } from './world.ts';

describe('a request that was tampered with at any place is refused', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world?.close());

  it('on every route, in every form', async (context) => {
    const { cells, failures, byRoute } = await runMatrix(world, { places: 'all' });
    context.diagnostic(`${cells} tampered requests refused on ${byRoute.size} routes`);
    assert.deepEqual(failures, []);
    assert.equal(byRoute.size, routesOf(world, '').length);
  });
});
