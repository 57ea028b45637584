/**
 * Lets those who ask while an answer is under way share the next one. Each is told what was so after
 * it had asked, and a thousand programs that ask at once cost two readings.
 */
export function shareReads<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let running: Promise<unknown> | undefined;
  let next: Promise<Value> | undefined;
  const begin = () => {
    next = undefined;
    const reading = read();
    const ended = reading.then(ignore, ignore).then(() => {
      if (running === ended) running = undefined;
    });
    running = ended;
    return reading;
  };
  return () => {
    if (running === undefined) return begin();
    next ??= running.then(begin);
    return next;
  };
}

const ignore = () => undefined;
