/**
 * Two accounts in which everything has the same name. Every operation is called in one of them about
 * these names: it sees and changes nothing of the other. What is the other's by its ARN or id is
 * refused, or not found.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Answer } from '../matrix/raw-call.ts';
import { secondAccount } from '../matrix/world.ts';
import { type StartedServer, startServer } from '../started-server.ts';
import { neverAnswered, served } from './served.ts';
import {
  inputOf,
  isDescription,
  membersOf,
  onePage,
  rankOf,
  refusedAtHome,
  takesAway,
} from './two-accounts/call.ts';
import { idsIn, type Kept, openKept } from './two-accounts/kept.ts';
import { populate } from './two-accounts/making-step.ts';
import { namesOf } from './two-accounts/name.ts';
import { type Input, openSide, type Side } from './two-accounts/side.ts';

describe('two accounts with the same names', () => {
  let server: StartedServer;
  let kept: Kept;
  let own: Side;
  let other: Side;
  let othersRows: readonly string[] = [];
  let othersSecrets: readonly string[] = [];

  before(async () => {
    server = await startServer();
    const second = secondAccount(server);
    kept = openKept(server.folder);
    const ids = kept.database.prepare('select account_id from account').all();
    const otherId = ids.map((row) => String(row.account_id)).find((id) => id !== server.accountId);
    own = openSide(server.endpoint, server.accountId, server.credentials());
    other = openSide(server.endpoint, otherId ?? '', second);
    for (const side of [own, other]) {
      const used = await populate(side);
      const unused = [...served].filter(
        (name) => makes.test(name) && !used.has(name) && !Object.hasOwn(neverAnswered, name),
      );
      assert.deepEqual(unused, [], 'make it in tests/iam/two-accounts/making-step.ts');
    }
    othersRows = kept.rows(other.accountId);
    othersSecrets = [other.accountId, other.canary, ...idsIn(othersRows)];
    assert.ok(othersRows.length > 40 && othersSecrets.length > 10);
  });
  after(async () => {
    own?.close();
    other?.close();
    kept?.close();
    assert.equal(await server?.stop(), 0);
  });

  /** What an answer to the first account says of the second, and whether the second changed. */
  function leaksOf({ body }: Answer, asked: Input): string[] {
    const said = body + decodedBase64(body);
    // The caller's own words may come back.
    const known = Object.values(asked).join(' ');
    const leaks = othersSecrets.filter(
      (secret) => said.includes(secret) && !known.includes(secret),
    );
    const rows = kept.rows(other.accountId);
    if (rows.join('\n') !== othersRows.join('\n')) {
      leaks.push('changed the other account', ...rows.filter((row) => !othersRows.includes(row)));
      othersRows = rows;
    }
    return leaks;
  }

  it('what is the other account’s is not to be had by its ARN or id', async (context) => {
    const [names] = namesOf(kept.database, own);
    const [others] = namesOf(kept.database, other);
    const failures: string[] = [];
    let count = 0;
    for (const operation of served) {
      const asOwn = inputOf(own, operation, names);
      const differing = Object.keys(asOwn).filter(
        (member) =>
          !isDescription.has(member) &&
          asOwn[member] === names[member] &&
          member in others &&
          names[member] !== others[member],
      );
      for (const member of differing) {
        count++;
        const input = { ...asOwn, [member]: others[member] };
        const answer = await own.send(operation, input);
        const leaks = leaksOf(answer, { [member]: others[member] });
        const isRefused = answer.status >= 400 && answer.status < 500;
        if (!isRefused || leaks.length > 0) {
          failures.push(`${operation} with ${member} of the other: ${answer.body} ${leaks}`);
        }
      }
    }
    context.diagnostic(`${count} calls with what belongs to the other account`);
    assert.deepEqual(failures, []);
    assert.ok(count >= 15, `only ${count} calls`);
  });

  it('nor by a marker', async (context) => {
    const [names] = namesOf(kept.database, own);
    const failures: string[] = [];
    let count = 0;
    const [others] = namesOf(kept.database, other);
    for (const operation of served) {
      if (!membersOf(operation).includes('Marker') || onePage.has(operation)) continue;
      const { body } = await other.send(operation, {
        ...inputOf(other, operation, others),
        ...(membersOf(operation).includes('MaxItems') && { MaxItems: 1 }),
      });
      const Marker = /<Marker>(?<marker>[^<]+)<\/Marker>/.exec(body)?.groups?.marker;
      if (Marker === undefined) {
        failures.push(`${operation}: one page is enough: ${body}`);
        continue;
      }
      count++;
      const answer = await own.send(operation, { ...inputOf(own, operation, names), Marker });
      const leaks = leaksOf(answer, { Marker });
      if (answer.status !== 400 || leaks.length > 0) {
        failures.push(`${operation} with a marker of the other: ${answer.body} ${leaks}`);
      }
    }
    context.diagnostic(`${count} markers`);
    assert.deepEqual(failures, []);
  });

  it('no operation sees or changes what has the same name', async (context) => {
    const failures: string[] = [];
    const answered = new Set<string>();
    let count = 0;
    const refused = new Map<string, Answer>();
    const inOrder = [...served].toSorted((one, two) => rankOf(one) - rankOf(two));
    // What something still hangs on is taken away in a later round.
    for (let round = 0; round < 4; round++) {
      for (const operation of inOrder) {
        const isTaken = rankOf(operation) >= takesAway;
        if (round > 0 && !isTaken) continue;
        const names = namesOf(kept.database, own);
        for (const input of isTaken ? names : names.slice(0, 1)) {
          const answer = await own.send(operation, inputOf(own, operation, input));
          count++;
          const leaks = leaksOf(answer, {});
          if (leaks.length > 0) failures.push(`${operation}: ${leaks} in ${answer.body}`);
          if (answer.status === 200) answered.add(operation);
          else refused.set(operation, answer);
        }
      }
    }
    for (const operation of answered) refused.delete(operation);
    context.diagnostic(`${count} calls of ${served.size} operations, ${answered.size} answered`);
    assert.deepEqual(failures, []);
    const unexpected = [...refused].filter(([name]) => !Object.hasOwn(refusedAtHome, name));
    assert.deepEqual(
      unexpected.map(([name, { status, message }]) => `${name}: ${status} ${message}`),
      [],
      'what they need is missing in tests/iam/two-accounts/',
    );
  });
});

const makes = /^(?:Create|Upload|Put|Attach|Add|Generate|Enable)/;

/** The texts within an answer that are encoded, decoded. */
function decodedBase64(body: string): string {
  return [...body.matchAll(/[A-Za-z0-9+/]{60,}={0,2}/g)]
    .map(([text]) => Buffer.from(text, 'base64').toString('latin1'))
    .join('\n');
}
