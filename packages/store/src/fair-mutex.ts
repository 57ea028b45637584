/** Lets one piece of work run at a time, in the order of asking. */
export interface FairMutex {
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createFairMutex(): FairMutex {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const result = tail.then(work);
      tail = result.catch(() => undefined);
      return result;
    },
  };
}
