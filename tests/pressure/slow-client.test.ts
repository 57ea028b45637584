/** A thousand clients that cost a server nothing but a connection each, and not for ever. */
import { it } from 'node:test';
import { headsAreRefused, outlastSlowClients } from './outlast-slow-client.ts';
import { whyNoDescriptors } from './slow-client.ts';

it('answers others while a thousand clients are slow', { skip: whyNoDescriptors() }, () =>
  outlastSlowClients(200, headsAreRefused),
);
