/**
 * Every served route with every tampering: refused as AWS refuses it, and nothing changes. On S3 in
 * every form of authentication; the routes of a query service differ in nothing that stands before
 * them, and share the forms among themselves. What is not tampered with is answered, so that a refusal is for the
 * tampering alone. `npm run prove` does it at every place of every request.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { familyOf, formsOf } from './form.ts';
import { findLeaks, writtenBy } from './leak.ts';
import { routesOf, runMatrix, type Tally } from './matrix.ts';
import { runAnonymousTwins, runTwins, runUnsignedHeaders } from './twin.ts';
import { openWorld, type World } from './world.ts';

/** Each of these stands for its family where every place of a request is tried. */
const examples = ['CreateUser', 'GetObject', 'PutObject'];

/** What there was to refuse when this was written: a generator that goes blind makes fewer. */
const fewest = {
  cells: 44_000,
  kinds: 160,
  /** Of each route, by the family of its service. */
  route: { query: 145, json: 90, s3: 680 },
  /** Of each form, for each route. */
  form: {
    query: { anonymous: 3, header: 20, presigned: 25, version2: 0 },
    s3: { anonymous: 3, header: 85, presigned: 85, version2: 20 },
  },
  /** How forms, credentials and tamperings of a query service meet, and on how many routes. */
  combinations: 500,
  shareOfRoutes: 1 / 12,
  /** Requests of each route that are not tampered with, and of each form with each of them. */
  twins: { query: 4, json: 4, s3: 20 },
  twinCombination: 8,
};

function report(context: TestContext, { cells, byRoute, byForm, byKind }: Tally): void {
  const forms = [...byForm].map(([form, count]) => `${form} ${count}`).join(', ');
  context.diagnostic(`${cells} tampered requests refused, ${byKind.size} kinds`);
  context.diagnostic(`${byRoute.size} routes; by form: ${forms}`);
}

describe('a request that was tampered with is refused on every served route', () => {
  let world: World;
  let combinations: ReadonlyMap<string, number> = new Map();
  before(async () => {
    world = await openWorld();
  });
  after(() => world?.close());

  it('in every form, and changes nothing', async (context) => {
    const tally = await runMatrix(world, { places: 'one' });
    report(context, tally);
    combinations = tally.byCombination;
    assert.deepEqual(tally.failures, []);
    assert.ok(tally.cells >= fewest.cells, `${tally.cells} cells`);
    assert.ok(tally.byKind.size >= fewest.kinds, `${tally.byKind.size} kinds`);
    const routes = routesOf(world, '');
    for (const { service, name } of routes) {
      const family = familyOf(service);
      const ofRoute = tally.byRoute.get(`${service}:${name}`) ?? 0;
      assert.ok(ofRoute >= fewest.route[family], `${service}:${name} has ${ofRoute} cells`);
    }
    for (const [service, family] of [
      ['iam', 'query'],
      ['s3', 's3'],
    ] as const) {
      const { length } = routes.filter((route) => familyOf(route.service) === family);
      for (const form of formsOf(service)) {
        const ofForm = tally.byForm.get(`${family} ${form.name}`) ?? 0;
        assert.ok(
          ofForm >= length * fewest.form[family][form.kind],
          `${form.name} has ${ofForm} cells`,
        );
      }
    }
  });

  it('in every form with every tampering of a query service, on a share of its routes', () => {
    const routes = routesOf(world, '').filter(({ service }) => familyOf(service) === 'query');
    assert.ok(combinations.size >= fewest.combinations, `${combinations.size} combinations`);
    for (const [combination, count] of combinations) {
      assert.ok(count >= routes.length * fewest.shareOfRoutes, `${combination}: ${count} times`);
    }
  });

  it('at every place of a request', async (context) => {
    const tally = await runMatrix(world, { places: 'each', only: examples });
    report(context, tally);
    assert.deepEqual(tally.failures, []);
    assert.deepEqual(tally.byRoute.size, examples.length);
  });

  it('and what is not tampered with is answered', async (context) => {
    const { calls, failures, byCombination } = await runTwins(world);
    context.diagnostic(`${calls} untampered requests answered`);
    assert.deepEqual(failures, []);
    const least = routesOf(world, '').map(({ service }) => fewest.twins[familyOf(service)]);
    assert.ok(calls >= least.reduce((sum, count) => sum + count), `${calls} calls`);
    for (const [combination, count] of byCombination) {
      const least = combination.startsWith('json ') ? 2 : fewest.twinCombination;
      assert.ok(count >= least, `${combination}: ${count} times`);
    }
  });

  it('and an object keeps no header that nobody signed', async () => {
    await world.furnish();
    assert.deepEqual(await runUnsignedHeaders(world), []);
  });

  it('and no secret or token stands in the log, the records or the database', async () => {
    const written = writtenBy(world);
    const places = [...written].filter(([, text]) => text.includes(world.session.accessKeyId));
    const names = places.map(([place]) => place);
    assert.ok(names.includes('records of changes'), String([...written.keys()]));
    assert.ok(names.includes('records of reads and refusals'));
    assert.deepEqual(findLeaks(world), []);
  });

  it('and whoever needs no credentials gets the answers of others', async () => {
    const { calls, failures } = await runAnonymousTwins(world);
    assert.deepEqual(failures, []);
    assert.ok(calls >= 28, `${calls} calls`);
  });
});
