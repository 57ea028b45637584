import type { InstanceState } from '@aws-sdk/client-ec2';
import type { InstanceRow } from './find-instance.ts';

/**
 * States settle when a call commits. Its answer speaks of the way there, as AWS's does, and the next
 * one finds the instance at its end.
 */
const states = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const;

export type StateName = keyof typeof states;

export function instanceState(name: StateName): Required<InstanceState> {
  return { Code: states[name], Name: name };
}

/** Why an instance is in its state: of one that somebody stopped or terminated. */
export function stateReason({ state, state_changed_at: changedAt }: InstanceRow) {
  if (state === 'running') return { StateTransitionReason: '' };
  const time = new Date(changedAt).toISOString().replace('T', ' ').slice(0, 19);
  const code = 'Client.UserInitiatedShutdown';
  return {
    StateTransitionReason: `User initiated (${time} GMT)`,
    StateReason: { Code: code, Message: `${code}: User initiated shutdown` },
  };
}
