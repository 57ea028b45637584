/**
 * The limit for a server in Node: bare `node:http` that reads a POST's body and answers with as many
 * bytes as Carnet does. Started by `fork`; tells its port in a message.
 */
import { createServer } from 'node:http';

const answer = Buffer.alloc(Number(process.argv[2] ?? 500), 'a');

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    response.writeHead(body.length > 0 ? 200 : 400, {
      'Content-Type': 'text/xml',
      'Content-Length': answer.length,
    });
    response.end(answer);
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.(address.port);
});
