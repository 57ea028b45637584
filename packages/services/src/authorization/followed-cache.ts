/**
 * A bounded cache of rows that follows the change feed. A value that was being loaded while its id
 * changed is loaded again, so nobody who asks after a change was acknowledged sees the time before it.
 */
export class FollowedCache<Value> {
  readonly #load: (id: string) => Promise<Value | undefined>;
  readonly #requireCommitted: (id: string) => void;
  readonly #limit: number;
  readonly #values = new Map<string, Value>();
  readonly #loading = new Map<string, Loading<Value>>();

  /**
   * `requireCommitted` throws when `id` was changed by a transaction that the feed does not tell of
   * yet and whose rows the one that asks already sees.
   */
  constructor(
    limit: number,
    load: (id: string) => Promise<Value | undefined>,
    requireCommitted: (id: string) => void,
  ) {
    this.#limit = limit;
    this.#load = load;
    this.#requireCommitted = requireCommitted;
  }

  /** What is known without waiting; undefined says nothing about existence. */
  peek(id: string): Value | undefined {
    this.#requireCommitted(id);
    return this.#values.get(id);
  }

  /** The value as of now or later; undefined when there is none. */
  async get(id: string): Promise<Value | undefined> {
    this.#requireCommitted(id);
    const known = this.#values.get(id);
    if (known !== undefined) return known;
    const running = this.#loading.get(id);
    if (running) return running.result;
    const loading: Loading<Value> = { changed: false, result: Promise.resolve(undefined) };
    loading.result = this.#read(id, loading).finally(() => this.#loading.delete(id));
    this.#loading.set(id, loading);
    return loading.result;
  }

  /** Called by the follower of the feed: what was known of `id` no longer holds. */
  forget(id: string): void {
    this.#values.delete(id);
    const running = this.#loading.get(id);
    if (running) running.changed = true;
  }

  /** Everything may have changed. */
  forgetAll(): void {
    this.#values.clear();
    for (const running of this.#loading.values()) running.changed = true;
  }

  async #read(id: string, loading: Loading<Value>): Promise<Value | undefined> {
    for (;;) {
      loading.changed = false;
      const value = await this.#load(id);
      if (loading.changed) continue;
      if (value !== undefined) this.#keep(id, value);
      return value;
    }
  }

  #keep(id: string, value: Value): void {
    if (this.#values.size >= this.#limit) {
      // The oldest entry goes; a hot one comes back with one read.
      const oldest = this.#values.keys().next();
      if (!oldest.done) this.#values.delete(oldest.value);
    }
    this.#values.set(id, value);
  }
}

interface Loading<Value> {
  changed: boolean;
  result: Promise<Value | undefined>;
}
