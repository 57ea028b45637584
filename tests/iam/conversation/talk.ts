import assert from 'node:assert/strict';
import {
  type $Command,
  IAMClient,
  type IAMClientResolvedConfig,
  IAMServiceException,
  NoSuchEntityException,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-iam';
import type { Credentials, StartedServer } from '../../started-server.ts';

/** One family of resources, from what makes them to what takes them away. */
export type Conversation = (talk: Talk) => Promise<void>;

type Command<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = $Command<
  Input,
  Output,
  IAMClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

/** Whatever its types. */
interface AnyCommand {
  readonly input: object;
}

/** What was said of one operation so far. */
export interface Heard {
  /** Names of members that a successful call sent. */
  readonly sent: Set<string>;
  /** Names of members that an answer held. */
  readonly answered: Set<string>;
  calls: number;
  refusals: number;
}

/** An administrator of one account, who speaks through the SDK's own commands. */
export interface Talk {
  readonly accountId: string;
  readonly server: StartedServer;
  /** By operation. */
  readonly heard: Map<string, Heard>;
  arn(resource: string): string;
  /** Calls with success. */
  call<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: Command<Input, Output>,
  ): Promise<Omit<Output, '$metadata'>>;
  /** Calls, and compares every member of the answer; see `matches`. */
  answers<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: Command<Input, Output>,
    expected: object,
  ): Promise<Omit<Output, '$metadata'>>;
  /** The whole list, which in pages of one is the same; `besides` comes with every page. */
  lists<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    Command: new (input: Input) => Command<Input, Output>,
    input: Input,
    expected: Readonly<Record<string, readonly unknown[]>>,
    besides?: object,
  ): Promise<void>;
  /** Each succeeds and has nothing to say. */
  does(...commands: readonly AnyCommand[]): Promise<void>;
  /** Refused with the exception that the SDK has for it, or by the name of one it has none for. */
  refuses(
    command: AnyCommand,
    exception: (new (options: never) => IAMServiceException) | string,
    message: string | RegExp,
  ): Promise<void>;
  /** Each is refused with `NoSuchEntityException` and this message. */
  misses(message: string, ...commands: readonly AnyCommand[]): Promise<void>;
  /** The same conversation by somebody else. */
  as(credentials: Credentials): Talk;
  close(): void;
}

export function openTalk(server: StartedServer, credentials: Credentials): Talk {
  return talk(server, credentials, new Map(), []);
}

function talk(
  server: StartedServer,
  credentials: Credentials,
  heard: Talk['heard'],
  clients: IAMClient[],
): Talk {
  const client = new IAMClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  clients.push(client);
  const call: Talk['call'] = async (command) => {
    const { $metadata: _metadata, ...output } = await client.send(command);
    const of = heardOf(heard, command);
    of.calls++;
    for (const name of namesIn(command.input)) of.sent.add(name);
    for (const name of namesIn(output)) of.answered.add(name);
    return output;
  };
  return {
    accountId: server.accountId,
    server,
    heard,
    arn: (resource) => `arn:aws:iam::${server.accountId}:${resource}`,
    call,
    async answers(command, expected) {
      const output = await call(command);
      matches(output, expected, command.constructor.name);
      return output;
    },
    async lists(Command, input, expected, besides = {}) {
      const [member = ''] = Object.keys(expected);
      await this.answers(new Command(input), { ...expected, ...besides, IsTruncated: false });
      const items: unknown[] = [];
      for (let Marker: unknown; ; ) {
        const output = (await call(new Command({ ...input, Marker, MaxItems: 1 }))) as Page;
        const page = output[member] as readonly unknown[];
        assert.ok(page.length <= 1, `${member} in pages of one`);
        items.push(...page);
        assert.equal(output.IsTruncated, output.Marker !== undefined);
        if (output.Marker === undefined) break;
        Marker = output.Marker;
      }
      matches({ [member]: items }, expected, `${Command.name} in pages of one`);
    },
    async does(...commands) {
      for (const command of commands) await this.answers(typed(command), {});
    },
    async refuses(command, exception, message) {
      const what = command.constructor.name;
      const error = await client.send(typed(command)).then(
        () => assert.fail(`${what} was not refused`),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof IAMServiceException, `${what}: ${error}`);
      const said = `${what}: ${error.name}: ${error.message}`;
      if (typeof exception === 'string') assert.equal(error.name, exception, said);
      else assert.ok(error instanceof exception, said);
      if (typeof message === 'string') assert.equal(error.message, message, what);
      else assert.match(error.message, message, what);
      heardOf(heard, command).refusals++;
    },
    async misses(message, ...commands) {
      for (const command of commands) await this.refuses(command, NoSuchEntityException, message);
    },
    as: (other) => talk(server, other, heard, clients),
    close() {
      for (const one of clients) one.destroy();
    },
  };
}

const typed = (command: AnyCommand) => command as Command<ServiceInputTypes, ServiceOutputTypes>;

interface Page {
  readonly [member: string]: unknown;
  readonly IsTruncated?: boolean;
  readonly Marker?: string;
}

function heardOf(heard: Talk['heard'], command: object): Heard {
  const operation = command.constructor.name.replace(/Command$/, '');
  const known = heard.get(operation);
  if (known !== undefined) return known;
  const fresh: Heard = { sent: new Set(), answered: new Set(), calls: 0, refusals: 0 };
  heard.set(operation, fresh);
  return fresh;
}

const namesIn = (members: object) =>
  Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);

/** In the place of a moment that is not long ago. */
export const recently = Symbol('recently');

/** In the place of a moment that is to come. */
export const inTheFuture = Symbol('in the future');

/**
 * Compares member by member, none more and none less. A regular expression stands for every text
 * that it matches, `recently` for a moment of the last minutes, `inTheFuture` for one to come.
 */
export function matches(actual: unknown, expected: unknown, what: string): void {
  assert.deepEqual(actual, resolved(expected, actual), what);
}

/** What is expected, with what was found in the places where that is as it may be. */
function resolved(expected: unknown, actual: unknown): unknown {
  if (expected === recently) {
    const age = actual instanceof Date ? Date.now() - actual.getTime() : Number.NaN;
    return age > -2000 && age < 300_000 ? actual : 'a moment ago';
  }
  if (expected === inTheFuture) {
    return actual instanceof Date && actual.getTime() > Date.now() ? actual : 'later';
  }
  if (expected instanceof RegExp) {
    return typeof actual === 'string' && expected.test(actual) ? actual : expected;
  }
  if (Array.isArray(expected)) {
    const items: readonly unknown[] = Array.isArray(actual) ? actual : [];
    return expected.map((item, at) => resolved(item, items[at]));
  }
  if (typeof expected !== 'object' || expected === null || expected instanceof Date) {
    return expected;
  }
  const members = typeof actual === 'object' && actual !== null ? actual : {};
  return Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [
      name,
      resolved(value, (members as Record<string, unknown>)[name]),
    ]),
  );
}

/** A statement as a whole document. */
export const policyOf = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [statement] });

export const readPhotos = policyOf({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::photos/*',
});

/** A trust policy for one service. */
export const trustOf = (Service: string) =>
  policyOf({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' });

/** Documents stand encoded in answers. */
export const encoded = (document: string) =>
  encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const tags = (...pairs: readonly string[]) =>
  pairs.map((pair) => {
    const [Key, Value] = pair.split('=');
    return { Key, Value };
  });
