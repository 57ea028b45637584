/**
 * A second thread in the process that tries mutants: ends the process when the first one has used
 * up its time, in a loop without end. It counts the processor's time and not the clock's, so that a
 * busy machine kills no mutant.
 */
import { workerData } from 'node:worker_threads';

/** The processor's time, in milliseconds, at which the process ends; 0 while nothing runs. */
const deadline = new Float64Array(workerData as SharedArrayBuffer);
const PERIOD = 100;

setInterval(() => {
  const { user, system } = process.cpuUsage();
  const end = deadline[0] ?? 0;
  if (end > 0 && (user + system) / 1_000 > end) process.kill(process.pid, 'SIGKILL');
}, PERIOD);
