/**
 * The program: the only place where the rooms are put together. `command/` is what can be typed,
 * `configuration/` what can be set, `server/` what `carnet serve` starts, `gateway/` its HTTP side
 * and `operator/` the socket by which whoever owns the data directory speaks to it.
 */
import { runProgram } from './command/program.ts';

await runProgram(process.argv.slice(2));
