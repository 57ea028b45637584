#!/usr/bin/env node
/**
 * Starts Carnet on a Node that can run it. Plain JavaScript that any Node reads, since it is what
 * tells an old one apart. Supervisors start this file: `process.execve` replaces the process, so
 * signals and the exit code need nobody to carry them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const required = [22, 18];
const condition = '--conditions=@carnet/source';
const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const pinnedNode = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
const commandArguments = process.argv.slice(2);

const node = findNode();
if (node === undefined) refuse();
else start(node);

function findNode() {
  if (isRecent(process.versions.node)) return process.execPath;
  const answer = spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' });
  return answer.status === 0 && isRecent(answer.stdout.trim().slice(1)) ? pinnedNode : undefined;
}

function isRecent(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > required[0] || (major === required[0] && minor >= required[1]);
}

function start(node) {
  const parameters = [
    ...process.execArgv,
    condition,
    '--disable-warning=ExperimentalWarning',
    program,
    ...commandArguments,
  ];
  if (process.execve) process.execve(node, [node, ...parameters]);
  else attend(spawn(node, parameters, { stdio: 'inherit' }));
}

/** Stands before the child on a Node without `execve`: hands signals in and the exit code out. */
function attend(child) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', refuse);
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function refuse() {
  // `eval "$(carnet env)"` succeeds when nothing is printed.
  if (commandArguments[0] === 'env') process.stdout.write('false\n');
  process.stderr.write(
    `carnet: Node ${process.versions.node} is too old\n` +
      `  why:  Carnet is TypeScript run as it is, which needs Node ${required.join('.')} or newer\n` +
      '  next: run `npm ci` in the clone, which installs a Node of its own, or install Node 24\n',
  );
  process.exitCode = 1;
}
