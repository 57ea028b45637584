import { type Caller, sessionOf } from '../authentication/caller.ts';

/** The long-term key that a session rests on which this caller makes; undefined: the operator's. */
export function makerKeyIdOf(caller: Caller): string | undefined {
  const session = sessionOf(caller);
  if (session !== undefined) return session.makerKeyId;
  return caller.kind === 'user' ? caller.accessKeyId : undefined;
}
