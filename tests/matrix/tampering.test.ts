/**
 * Every served route, in every form of authentication, with every tampering: refused as AWS refuses
 * it, and nothing changes. What is not tampered with is answered, so that a refusal is for the
 * tampering alone. `npm run prove` does it at every place of every request.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { formsOf } from './form.ts';
import { routesOf, runMatrix, type Tally } from './matrix.ts';
import { runAnonymousTwins, runTwins, runUnsignedHeaders } from './twin.ts';
import { openWorld, type World } from './world.ts';

/** Each of these stands for its family where every place of a request is tried. */
const examples = ['CreateUser', 'GetObject', 'PutObject'];

/** What there was to refuse when this was written: a generator that goes blind makes fewer. */
const fewest = {
  cells: 64_000,
  kinds: 160,
  /** Of each route, by the family of its service. */
  route: { query: 480, s3: 680 },
  /** Of each form of one route. */
  form: { anonymous: 3, header: 85, presigned: 85, version2: 20 },
};

const familyOf = (service: string) => (service === 's3' ? 's3' : 'query');

function report(context: TestContext, { cells, byRoute, byForm, byKind }: Tally): void {
  const forms = [...byForm].map(([form, count]) => `${form} ${count}`).join(', ');
  context.diagnostic(`${cells} tampered requests refused, ${byKind.size} kinds`);
  context.diagnostic(`${byRoute.size} routes; by form: ${forms}`);
}

describe('a request that was tampered with is refused on every served route', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world?.close());

  it('in every form, and changes nothing', async (context) => {
    const tally = await runMatrix(world, { places: 'one' });
    report(context, tally);
    assert.deepEqual(tally.failures, []);
    assert.ok(tally.cells >= fewest.cells, `${tally.cells} cells`);
    assert.ok(tally.byKind.size >= fewest.kinds, `${tally.byKind.size} kinds`);
    const routes = routesOf(world, '');
    for (const { service, name } of routes) {
      const family = familyOf(service);
      const ofRoute = tally.byRoute.get(`${service}:${name}`) ?? 0;
      assert.ok(ofRoute >= fewest.route[family], `${service}:${name} has ${ofRoute} cells`);
    }
    for (const service of ['iam', 's3']) {
      const family = familyOf(service);
      const { length } = routes.filter((route) => familyOf(route.service) === family);
      for (const form of formsOf(service)) {
        const ofForm = tally.byForm.get(`${family} ${form.name}`) ?? 0;
        assert.ok(ofForm >= length * fewest.form[form.kind], `${form.name} has ${ofForm} cells`);
      }
    }
  });

  it('at every place of a request', async (context) => {
    const tally = await runMatrix(world, { places: 'each', only: examples });
    report(context, tally);
    assert.deepEqual(tally.failures, []);
    assert.deepEqual(tally.byRoute.size, examples.length);
  });

  it('and what is not tampered with is answered', async (context) => {
    const { calls, failures } = await runTwins(world);
    context.diagnostic(`${calls} untampered requests answered`);
    assert.deepEqual(failures, []);
    assert.ok(calls >= routesOf(world, '').length * 2 * 10, `${calls} calls`);
  });

  it('and an object keeps no header that nobody signed', async () => {
    await world.furnish();
    assert.deepEqual(await runUnsignedHeaders(world), []);
  });

  it('and whoever needs no credentials gets the answers of others', async () => {
    const { calls, failures } = await runAnonymousTwins(world);
    assert.deepEqual(failures, []);
    assert.ok(calls >= 28, `${calls} calls`);
  });
});
