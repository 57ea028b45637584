import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Observation } from '../gateway/exchange.ts';
import { endpointOf } from './endpoint.ts';

/** `/metrics` for Prometheus, on a listener of its own that is off by default. */
export interface MetricsServer {
  readonly endpoint: string;
  readonly observe: (observation: Observation) => void;
  close(): Promise<void>;
}

/** Seconds. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 30];

/** Counts requests by service, operation and status; never by who sent them. */
export async function openMetricsServer(host: string, port: number): Promise<MetricsServer> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'carnet_requests_total',
    help: 'Requests answered',
    labelNames: ['service', 'operation', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'carnet_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['service'],
    buckets,
    registers: [registry],
  });
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const text = await registry.metrics();
    response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port, host }, resolve);
  await promise;
  return {
    endpoint: endpointOf(host, (server.address() as AddressInfo).port),
    observe({ service, operation = 'none', status, duration }) {
      requests.inc({ service, operation, status });
      seconds.observe({ service }, duration / 1000);
    },
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}
