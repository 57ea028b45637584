import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StoreRefusal } from '../store-refusal.ts';
import { describePostgres } from './postgres-address.ts';

function refused(url: string, message: RegExp): void {
  assert.throws(
    () => describePostgres(url),
    (error) => {
      assert.ok(error instanceof StoreRefusal, url);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /canary/i);
      return true;
    },
  );
}

describe('the URL of a database', () => {
  it('is shown without user, password and parameters', () => {
    for (const [url, shown] of [
      ['postgres://carnet:canary@db:5433/carnet?sslmode=require', 'postgres://db:5433/carnet'],
      ['postgresql://carnet:c%2Fanary%40@db/carnet', 'postgres://db/carnet'],
      ['postgres:///carnet', 'postgres://localhost/carnet'],
      ['postgres:///carnet?host=/run/postgresql', 'postgres:///run/postgresql/carnet'],
      ['postgres://db/carnet?host=', 'postgres://db/carnet'],
    ] as const) {
      assert.equal(describePostgres(url), shown);
    }
  });

  it('is refused without a word of a password that was not encoded', () => {
    refused('postgres://carnet:12/CanaryPw@host/carnet', /`@` behind its host/);
    refused('postgres://carnet:12?CanaryPw@host/carnet', /`@` behind its host/);
    refused('postgres://carnet:12?canary@host/carnet', /`@` behind its host/);
    refused('postgres://carnet:12/a?host=Canary@db/carnet', /`@` behind its host/);
    refused('postgres://carnet:12#Canary@host/carnet', /has a `#`/);
    refused('postgres://carnet:12/a?Canary4Pw=1', /has an unknown parameter/);
  });

  it('is refused when a parameter stands there twice', () => {
    refused('postgres:///carnet?host=/x&host=/y', /the parameter `host` twice/);
    refused('postgres://db/carnet?sslmode=verify-full&sslmode=disable', /`sslmode` twice/);
  });
});
