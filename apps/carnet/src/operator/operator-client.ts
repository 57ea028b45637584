import { lstatSync } from 'node:fs';
import { request } from 'node:http';
import { Failure, hasErrorCode } from '../failure.ts';
import { readOperatorToken } from './operator-token.ts';
import { findSocket } from './socket-path.ts';

export interface OperatorCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
}

/**
 * Asks the server of a data directory through its socket. Throws a `Failure` when none runs, when
 * the socket is not the user's, or when the server refuses.
 */
export async function callOperator<Answer>(
  dataDirectory: string,
  call: OperatorCall,
): Promise<Answer> {
  const socketPath = findSocket(dataDirectory);
  let answer: { readonly status: number; readonly text: string };
  try {
    refuseForeignSocket(socketPath);
    answer = await exchange(socketPath, readOperatorToken(dataDirectory), call);
  } catch (error) {
    throw explain(error, dataDirectory);
  }
  const content = JSON.parse(answer.text);
  if (answer.status !== 200) throw new Failure(content);
  return content;
}

/** Whoever can plant a socket would tell us where to send our requests. */
function refuseForeignSocket(socketPath: string): void {
  const { uid } = lstatSync(socketPath);
  const me = process.geteuid?.();
  if (me === undefined || me === 0 || uid === me || uid === 0) return;
  throw new Failure({
    what: `the socket \`${socketPath}\` belongs to another user`,
    why: 'what it answers would decide where your requests go',
    next: 'name the data directory of your own server with `--data-dir`',
  });
}

function exchange(
  socketPath: string,
  token: string,
  call: OperatorCall,
): Promise<{ readonly status: number; readonly text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const outgoing = request(
    {
      socketPath,
      method: call.method,
      path: call.path,
      headers: { authorization: `Bearer ${token}` },
      timeout: 10_000,
      agent: false,
    },
    (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    },
  );
  outgoing.on('timeout', () => outgoing.destroy(new Error('the server did not answer in 10 s')));
  outgoing.on('error', reject);
  outgoing.end(call.body ? JSON.stringify(call.body) : undefined);
  return promise;
}

function explain(error: unknown, dataDirectory: string): unknown {
  if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'ECONNREFUSED', 'ENOTSOCK')) {
    return new Failure({
      what: `no server runs on \`${dataDirectory}\``,
      why: 'its operator socket is not there, or nobody answers',
      next: 'start one with `npm start`, or name its folder with `--data-dir`',
    });
  }
  if (hasErrorCode(error, 'EACCES', 'EPERM')) {
    return new Failure({
      what: `you may not speak to the server of \`${dataDirectory}\``,
      why: 'the operator is whoever owns the data directory, and you do not',
      next: 'run the command as its owner',
    });
  }
  return error;
}
