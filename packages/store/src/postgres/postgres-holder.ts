import type { FeedPosition } from '../feed.ts';
import { StoreRefusal } from '../store-refusal.ts';
import { StoreUnavailable } from '../store-unavailable.ts';
import { openPostgresConnection, type PostgresConnection } from './postgres-connection.ts';
import { messageOf } from './postgres-error.ts';
import { checkServer, leave, pingStatement, takeOver, tryLock } from './postgres-holder-query.ts';

export interface HolderOptions {
  readonly url: string;
  /** The URL without credentials. */
  readonly name: string;
  /** Called with where the feed stands each time the database was taken, before it is available. */
  readonly onTaken: (position: FeedPosition) => Promise<void>;
  /** Told in words when the database is lost, and when it is back. */
  readonly onNotice: (notice: string) => void;
}

const lease = 3000;
const renewalInterval = 750;
/** Above the lease by more than two clocks may drift apart in it. */
const takeoverWait = lease + 500;
/** A question without an answer for so long means that the connection is gone. */
const silence = 10_000;
const retryInterval = 300;
/** How long a start waits for the lock of a process that has just ended. */
const startPatience = 1500;

/** Looks for a dead client in time, and lets nobody in before that client's lease has lapsed. */
const sessionSettings = {
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '2',
  tcp_keepalives_count: '3',
};

interface Claim {
  readonly connection: PostgresConnection;
  renewed: Moment;
  isAsking: boolean;
}

/** On both clocks: a monotonic one stands still while a machine sleeps, the other may be set back. */
interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/**
 * This process's claim to be the one that decides by a database: a session's advisory lock on a
 * connection of its own. The claim counts for `lease` milliseconds from before the last question
 * that the connection answered, so a process that slept, or that the network cut off, refuses by
 * itself. Who takes over from one that did not say goodbye waits that long before it answers.
 */
export class PostgresHolder {
  readonly #options: HolderOptions;
  readonly #timer: NodeJS.Timeout;
  /** Locked, and not yet taken. */
  #locked: PostgresConnection | undefined;
  #claim: Claim | undefined;
  #term = 0;
  #closed = false;
  #lastNotice = '';
  #retaking: Promise<void> | undefined;

  private constructor(options: HolderOptions, locked: PostgresConnection) {
    this.#options = options;
    this.#locked = locked;
    this.#timer = setInterval(() => void this.#renew(), renewalInterval).unref();
  }

  /**
   * Connects and takes the lock. Refuses (`StoreRefusal`) when the server cannot be reached or must
   * not be trusted with data (`database`), or another process has the database (`locked`).
   */
  static async open(options: HolderOptions): Promise<PostgresHolder> {
    return new PostgresHolder(options, await lockAtStart(options.url, options.name));
  }

  /** Throws `StoreUnavailable` unless the claim counts. No await may stand between it and a decision. */
  assertHeld(): void {
    if (this.#claim === undefined) throw new StoreUnavailable('the database is lost');
    if (isOlder(this.#claim.renewed, lease)) {
      throw new StoreUnavailable('the database has not answered for too long');
    }
  }

  /** Counts how often the database was taken: whoever finds another number in it has lost it. */
  term(): number {
    return this.#term;
  }

  /** Takes the database, whose tables are there by now. */
  async take(): Promise<void> {
    if (this.#locked === undefined) throw new Error('the database was taken already');
    await this.#establish(this.#locked);
    this.#locked = undefined;
  }

  /** Gives the claim up and takes it anew: what is known may be wrong. */
  doubt(why: string): void {
    if (this.#claim !== undefined) this.#lose(this.#claim.connection, why);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    const claim = this.#claim;
    this.#claim = undefined;
    if (claim !== undefined) await leave(claim.connection.query, this.#term).catch(() => undefined);
    await (claim?.connection ?? this.#locked)?.end();
    await this.#retaking;
  }

  async #renew(): Promise<void> {
    const claim = this.#claim;
    if (claim === undefined || claim.isAsking) return;
    claim.isAsking = true;
    const giveUp = setTimeout(() => this.#lose(claim.connection, 'it does not answer'), silence);
    try {
      claim.renewed = await ask(claim.connection);
    } catch (error) {
      this.#lose(claim.connection, messageOf(error));
    } finally {
      clearTimeout(giveUp);
      claim.isAsking = false;
    }
  }

  #lose(connection: PostgresConnection, why: string): void {
    if (this.#claim?.connection !== connection) return;
    this.#claim = undefined;
    connection.drop();
    this.#notice(`is lost, and everything is refused: ${why}`);
    this.#retaking = this.#retake();
  }

  async #retake(): Promise<void> {
    while (!this.#closed) {
      let connection: PostgresConnection | undefined;
      try {
        connection = await openPostgresConnection(this.#options.url, sessionSettings);
        await checkServer(connection.query);
        if (await tryLock(connection.query)) {
          await this.#establish(connection);
          this.#notice('is back');
          return;
        }
        this.#notice('was taken by another Carnet, and everything is refused');
      } catch (error) {
        this.#notice(`is lost, and everything is refused: ${messageOf(error)}`);
      }
      connection?.drop();
      await wait(retryInterval);
    }
  }

  async #establish(connection: PostgresConnection): Promise<void> {
    const { term, abandoned, position } = await takeOver(connection.query);
    // Our own last claim has lapsed with its connection.
    if (abandoned && term !== this.#term + 1) await wait(takeoverWait);
    this.#term = term;
    await this.#options.onTaken(position);
    const renewed = await ask(connection);
    const failure = connection.failure();
    if (failure !== undefined) throw failure;
    this.#claim = { connection, renewed, isAsking: false };
    connection.onLost((error) => this.#lose(connection, messageOf(error)));
  }

  #notice(what: string): void {
    const notice = `the database \`${this.#options.name}\` ${what}`;
    if (notice !== this.#lastNotice && !this.#closed) this.#options.onNotice(notice);
    this.#lastNotice = notice;
  }
}

/** Resolves with the moment before the question. */
async function ask(connection: PostgresConnection): Promise<Moment> {
  const asked = now();
  await connection.query(pingStatement, []);
  return asked;
}

async function lockAtStart(url: string, name: string): Promise<PostgresConnection> {
  let connection: PostgresConnection;
  try {
    connection = await openPostgresConnection(url, sessionSettings);
  } catch (error) {
    throw new StoreRefusal(
      'database',
      `the database \`${name}\` cannot be reached: ${messageOf(error)}; ` +
        'start it, or correct its URL',
    );
  }
  try {
    await checkServer(connection.query);
    const begun = now();
    while (!(await tryLock(connection.query))) {
      if (isOlder(begun, startPatience)) {
        throw new StoreRefusal(
          'locked',
          `another Carnet is running on the database \`${name}\`; stop it, or choose another database`,
        );
      }
      await wait(100);
    }
    return connection;
  } catch (error) {
    await connection.end();
    throw error;
  }
}

function now(): Moment {
  return { wall: Date.now(), monotonic: performance.now() };
}

function isOlder(moment: Moment, milliseconds: number): boolean {
  const { wall, monotonic } = now();
  return Math.max(wall - moment.wall, monotonic - moment.monotonic) >= milliseconds;
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
