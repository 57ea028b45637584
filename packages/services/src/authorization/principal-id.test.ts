import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type PolicyDocument, parsePolicy } from '@carnet/policy';
import { newUniqueId, openStore, type Store } from '@carnet/store';
import { createAccount } from '../account/account.ts';
import { manyPrincipalsToArns, principalsToArns, principalsToIds } from './principal-id.ts';

const first = '111111111111';
const second = '222222222222';

interface Ids {
  /** `user/dave` of both accounts, `user/a/b/editor` and `role/r/app` of the first. */
  readonly dave: string;
  readonly otherDave: string;
  readonly editor: string;
  readonly app: string;
}

async function withPeople(t: TestContext): Promise<{ readonly store: Store; readonly ids: Ids }> {
  const store = await openStore({ dataDirectory: undefined });
  t.after(() => store.close());
  const ids = {
    dave: newUniqueId('AIDA'),
    otherDave: newUniqueId('AIDA'),
    editor: newUniqueId('AIDA'),
    app: newUniqueId('AROA'),
  };
  await store.transaction(async (transaction) => {
    for (const accountId of [first, second]) {
      await createAccount(transaction, { name: accountId, accountId, now: 0 });
    }
    const user = (accountId: string, userId: string, path: string, name: string) => ({
      account_id: accountId,
      user_id: userId,
      name,
      name_fold: name.toLowerCase(),
      path,
      created_at: 0,
      password_last_used_at: null,
    });
    const users = [
      user(first, ids.dave, '/', 'dave'),
      user(second, ids.otherDave, '/', 'dave'),
      user(first, ids.editor, '/a/b/', 'editor'),
    ];
    await transaction.database.insertInto('iam_user').values(users).execute();
    const role = {
      account_id: first,
      role_id: ids.app,
      name: 'app',
      name_fold: 'app',
      path: '/r/',
      created_at: 0,
      trust_policy: '{}',
      description: null,
      max_session_duration: 3600,
    };
    await transaction.database.insertInto('iam_role').values(role).execute();
  });
  return { store, ids };
}

function documentOf(principal: string): PolicyDocument {
  const text =
    `{ "Version": "2012-10-17",  "Statement": {"Effect": "Allow", "Principal": ${principal},` +
    ' "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*" } }';
  const parsed = parsePolicy(text, 'resource');
  assert.ok(parsed.ok, principal);
  return parsed.document;
}

/** What is stored for a Principal element, or the entry that is refused. */
async function stored(store: Store, principal: string): Promise<string> {
  const result = await principalsToIds(store.database, documentOf(principal));
  if (!result.ok) return `refused: ${result.entry.value.text}`;
  const match = /"Principal": (.*), "Action"/.exec(result.text);
  return match?.[1] ?? '';
}

const arn = (rest: string, account = first) => `arn:aws:iam::${account}:${rest}`;

test('users and roles become their unique ids, by account and path', async (t) => {
  const { store, ids } = await withPeople(t);
  const list = [
    arn('user/dave'),
    arn('user/dave', second),
    arn('user/a/b/editor'),
    arn('role/r/app'),
  ];
  assert.equal(
    await stored(store, `{"AWS": ${JSON.stringify(list)}}`),
    `{"AWS": ["${ids.dave}","${ids.otherDave}","${ids.editor}","${ids.app}"]}`,
  );
});

test('and the ids are shown as ARNs, with all else as it was written', async (t) => {
  const { store } = await withPeople(t);
  const people = [arn('user/dave'), '*', arn('role/r/app'), second, arn('root')];
  const document = documentOf(`{"AWS":   ${JSON.stringify(people)}, "Service": "x.amazonaws.com"}`);
  const saved = await principalsToIds(store.database, document);
  assert.ok(saved.ok);
  assert.notEqual(saved.text, document.text);
  const parsed = parsePolicy(saved.text, 'resource');
  assert.ok(parsed.ok);
  assert.equal(await principalsToArns(store.database, parsed.document), document.text);
});

test('escapes in the text do not hide where a principal ends', async (t) => {
  const { store, ids } = await withPeople(t);
  const escaped = arn('user/dave').replace('/', '\\/').replace('dave', '\\u0064ave');
  assert.equal(await stored(store, `{"AWS": "${escaped}"}`), `{"AWS": "${ids.dave}"}`);
});

test('a session becomes the id of its role and its name, and is shown as it was', async (t) => {
  const { store, ids } = await withPeople(t);
  const session = `arn:aws:sts::${first}:assumed-role/app/se:ss@ion`;
  const id = `${ids.app}:se:ss@ion`;
  for (const text of [session, id]) {
    assert.equal(await stored(store, `{"AWS": "${text}"}`), `{"AWS": "${id}"}`);
  }
  const element = (text: string) => `{"AWS": ["${text}", "${arn('role/r/app')}"]}`;
  const saved = await principalsToIds(store.database, documentOf(element(session)));
  assert.ok(saved.ok);
  const parsed = parsePolicy(saved.text, 'resource');
  assert.ok(parsed.ok);
  const shown = () => principalsToArns(store.database, parsed.document);
  assert.equal(await shown(), documentOf(element(session)).text);
  await store.transaction(async ({ database }) => {
    await database.deleteFrom('iam_role').where('role_id', '=', ids.app).execute();
  });
  assert.equal(await shown(), saved.text);
  assert.equal(await stored(store, `{"AWS": "${id}"}`), `refused: ${id}`);
  assert.equal(await stored(store, `{"AWS": "${session}"}`), `refused: ${session}`);
});

test('what is no user and no role stays', async (t) => {
  const { store, ids } = await withPeople(t);
  const federated = `arn:aws:sts::${first}:federated-user/anybody`;
  for (const text of ['*', first, arn('root', second), federated, ids.dave, ids.app]) {
    assert.equal(await stored(store, `{"AWS": "${text}"}`), `{"AWS": "${text}"}`);
  }
  assert.equal(await stored(store, '"*"'), '"*"');
  for (const name of [
    'cloudtrail.amazonaws.com',
    'EC2.Amazonaws.COM.cn',
    'photos.aws.internal',
    'alexa-appkit.amazon.com',
  ]) {
    const service = `{"Service": "${name}"}`;
    assert.equal(await stored(store, service), service);
  }
});

test('whoever does not exist is refused', async (t) => {
  const { store } = await withPeople(t);
  const nobody = [
    arn('user/nobody'),
    arn('user/Dave'),
    arn('user/editor'),
    arn('user/x/dave'),
    arn('user/a/b/editor', second),
    arn('role/app'),
    arn('role/dave'),
    arn('root', '999999999999'),
    '999999999999',
    newUniqueId('AIDA'),
    newUniqueId('AROA'),
    `arn:aws:sts::${first}:assumed-role/nobody/session`,
    `arn:aws:sts::${second}:assumed-role/app/session`,
    'arn:aws:sts::999999999999:federated-user/anybody',
    `arn:aws-cn:iam::${first}:user/dave`,
  ];
  for (const text of nobody) {
    const list = JSON.stringify([arn('user/dave'), text]);
    assert.equal(await stored(store, `{"AWS": ${list}}`), `refused: ${text}`);
  }
});

test('the id of the deleted is shown as it is', async (t) => {
  const { store, ids } = await withPeople(t);
  const saved = await principalsToIds(store.database, documentOf(`{"AWS": "${arn('user/dave')}"}`));
  assert.ok(saved.ok);
  await store.transaction(async ({ database }) => {
    await database.deleteFrom('iam_user').where('user_id', '=', ids.dave).execute();
  });
  const parsed = parsePolicy(saved.text, 'resource');
  assert.ok(parsed.ok);
  assert.equal(await principalsToArns(store.database, parsed.document), saved.text);
  assert.ok(saved.text.includes(ids.dave));
});

test('many documents are shown as each of them is', async (t) => {
  const { store, ids } = await withPeople(t);
  const elements = [
    `{"AWS": ["${ids.dave}", "${arn('root')}", "${ids.app}"]}`,
    `{"AWS": "${ids.otherDave}"}`,
    `{"AWS": "${newUniqueId('AIDA')}"}`,
    '"*"',
    '{"Service": "ec2.amazonaws.com"}',
  ];
  const documents = elements.map(documentOf);
  const shown = await manyPrincipalsToArns(store.database, documents);
  assert.deepEqual(
    shown,
    await Promise.all(documents.map((document) => principalsToArns(store.database, document))),
  );
  assert.ok(shown[0]?.includes(arn('user/dave')) && shown[1]?.includes(second));
  assert.deepEqual(await manyPrincipalsToArns(store.database, []), []);
});

test('documents may name more people than a statement has room for', async (t) => {
  const { store, ids } = await withPeople(t);
  const documents = Array.from({ length: 40 }, () => {
    const deleted = Array.from({ length: 1000 }, () => newUniqueId('AIDA'));
    return documentOf(`{"AWS": ${JSON.stringify([...deleted, ids.dave])}}`);
  });
  const shown = await manyPrincipalsToArns(store.database, documents);
  assert.equal(shown.filter((text) => text.includes(arn('user/dave'))).length, 40);
});
