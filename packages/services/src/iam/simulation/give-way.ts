const waiting: (() => void)[] = [];

/**
 * Lets everybody else go first. Of all simulations one goes on in each turn of the event loop, in
 * their order: however many there are, another call waits for a piece of one of them.
 */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(letOneGoOn);
  });
}

function letOneGoOn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(letOneGoOn);
}

/** Milliseconds of work after which everybody else has a turn. */
const turn = 10;

/** To be awaited between pieces of a long work: gives way when the last time was a turn ago. */
export function takeTurns(): () => Promise<void> | undefined {
  let began = performance.now();
  return () => {
    if (performance.now() - began < turn) return undefined;
    return giveWay().then(() => {
      began = performance.now();
    });
  };
}
