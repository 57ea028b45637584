import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { Failure } from '../failure.ts';
import { type ConfigurationSources, resolveConfiguration } from './configuration.ts';
import { type SettingName, settings } from './setting.ts';

const folder = mkdtempSync(join(tmpdir(), 'carnet-configuration-'));
after(() => rmSync(folder, { recursive: true }));

function configurationFile(content: unknown): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function from(sources: Partial<ConfigurationSources>) {
  return resolveConfiguration({ flags: {}, environment: {}, ...sources });
}

function refusal(sources: Partial<ConfigurationSources>): Failure {
  try {
    from(sources);
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    assert.equal(error.exitCode, 2);
    return error;
  }
  return assert.fail('nothing was refused');
}

test('the defaults are the contract', () => {
  assert.deepEqual(from({}), {
    host: '127.0.0.1',
    port: 4580,
    dataDirectory: resolve('.carnet'),
    database: undefined,
    accountId: undefined,
    region: 'us-east-1',
    workloadSession: 21_600,
    ephemeral: false,
    functions: false,
    logLevel: 'info',
    metricsPort: undefined,
    quotas: {},
    masterKey: undefined,
  });
});

test('flag over environment over file over default, for every setting', () => {
  const values: Record<SettingName, readonly [unknown, string, unknown]> = {
    host: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
    port: ['1', '2', 3],
    dataDirectory: ['/a', '/b', '/c'],
    database: ['postgres://a/a', 'postgres://b/b', 'postgresql://c/c'],
    accountId: ['111111111111', '222222222222', '333333333333'],
    region: ['eu-west-1', 'eu-west-2', 'eu-west-3'],
    workloadSession: ['900', '3600', 43_200],
    ephemeral: [true, 'false', true],
    functions: [true, 'false', true],
    logLevel: ['error', 'warn', 'debug'],
    metricsPort: ['0', '2', 3],
  };
  for (const [name, [flag, variable, inFile]] of Object.entries(values)) {
    const setting = name as SettingName;
    const file = configurationFile({ [setting]: inFile });
    const masterKey = { CARNET_MASTER_KEY: Buffer.alloc(32).toString('base64') };
    const environment = { ...masterKey, [settings[setting].variable]: variable };
    const flags = { [setting]: flag };
    const read = (sources: Partial<ConfigurationSources>) => String(from(sources)[setting]);
    assert.equal(read({ flags, environment, file }), String(flag), `${name}: flag`);
    assert.equal(read({ environment, file }), variable, `${name}: environment`);
    assert.equal(read({ environment: masterKey, file }), String(inFile), `${name}: file`);
  }
});

test('an empty variable is a missing one', () => {
  assert.equal(from({ environment: { CARNET_PORT: '' } }).port, 4580);
});

test('CARNET_CONFIG names the file, and --config is stronger', () => {
  const environment = { CARNET_CONFIG: configurationFile({ port: 1 }) };
  assert.equal(from({ environment }).port, 1);
  assert.equal(from({ environment, file: configurationFile({ port: 2 }) }).port, 2);
});

test('a wrong value is refused by the name of its place', () => {
  const wrong: readonly (readonly [SettingName, unknown])[] = [
    ['port', '65536'],
    ['port', '-1'],
    ['port', ' 80'],
    ['port', '0x50'],
    ['port', ''],
    ['port', 1.5],
    ['port', true],
    ['host', 'a b'],
    ['host', ''],
    ['accountId', '12345678901'],
    ['accountId', 123456789012],
    ['accountId', '12345678901٢'],
    ['region', 'US-EAST-1'],
    ['workloadSession', '899'],
    ['workloadSession', '43201'],
    ['workloadSession', '1e4'],
    ['region', 'us-east-1/evil'],
    ['ephemeral', 'yes'],
    ['logLevel', 'silent'],
    ['dataDirectory', ''],
  ];
  for (const [name, value] of wrong) {
    const { message } = refusal({ flags: { [name]: value } });
    assert.match(message, /^`--/, `${name} ${value}`);
    if (typeof value === 'string' && value !== '') {
      const { variable } = settings[name];
      assert.ok(refusal({ environment: { [variable]: value } }).message.includes(variable));
    }
    const file = configurationFile({ [name]: value });
    assert.ok(refusal({ file }).message.includes(file));
  }
});

test('a configuration file that is not one is refused', () => {
  assert.match(refusal({ file: join(folder, 'none.json') }).why, /no such file/);
  assert.match(refusal({ file: folder }).why, /EISDIR/);
  assert.match(refusal({ file: configurationFile('{') }).why, /not JSON/);
  assert.match(refusal({ file: configurationFile('[]') }).why, /not a JSON object/);
  assert.match(refusal({ file: configurationFile({ prot: 1 }) }).why, /`prot` is no setting/);
  assert.match(refusal({ file: configurationFile('{"__proto__": 1}') }).why, /is no setting/);
});

test('a database needs a master key of its own and lasts, and its password is not repeated', () => {
  const CARNET_MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
  const CARNET_DATABASE = 'postgres://carnet:canary@db/carnet';
  assert.equal(
    from({ environment: { CARNET_MASTER_KEY, CARNET_DATABASE } }).database,
    CARNET_DATABASE,
  );
  const withoutKey = { environment: { CARNET_DATABASE } };
  assert.match(refusal(withoutKey).message, /no master key/);
  const flags = { ephemeral: true };
  const ephemeral = { flags, environment: { CARNET_MASTER_KEY, CARNET_DATABASE } };
  assert.match(refusal(ephemeral).message, /exclude each other/);
  const wrong = ['mysql://canary@db/carnet', 'canary', 'postgres://a:canary@b:port/c', ' '].map(
    (url) => ({ environment: { CARNET_MASTER_KEY, CARNET_DATABASE: url } }),
  );
  for (const sources of [withoutKey, ephemeral, ...wrong]) {
    const { message, why, next } = refusal(sources);
    assert.match(message, /CARNET_DATABASE/);
    assert.doesNotMatch(message + why + next, /canary/);
  }
});

test('a master key comes from the environment or from a file, and is not repeated', () => {
  const text = Buffer.alloc(32, 7).toString('base64');
  const path = configurationFile(`${text}\n`);
  const expected = new Uint8Array(32).fill(7);
  const read = (environment: Record<string, string>) => from({ environment }).masterKey;
  assert.deepEqual(new Uint8Array(read({ CARNET_MASTER_KEY: text }) ?? []), expected);
  assert.deepEqual(new Uint8Array(read({ CARNET_MASTER_KEY_FILE: path }) ?? []), expected);
  refusal({ environment: { CARNET_MASTER_KEY: text, CARNET_MASTER_KEY_FILE: path } });
  refusal({ environment: { CARNET_MASTER_KEY_FILE: join(folder, 'none') } });
  for (const wrong of ['canary', text.slice(4), `${text} `, text.replace('=', '')]) {
    const { message, why, next } = refusal({ environment: { CARNET_MASTER_KEY: wrong } });
    assert.ok(!(message + why + next).includes(wrong));
  }
});
