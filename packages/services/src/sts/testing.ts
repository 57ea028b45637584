import type { RoleSession } from './session.ts';

type Facts = Pick<RoleSession, 'accountId' | 'roleId' | 'issuedAt'>;

/** A session of a role for an hour, with nothing special about it. */
export function plainRoleSession(facts: Facts, more: Partial<RoleSession> = {}): RoleSession {
  return {
    kind: 'role',
    sessionName: 'test',
    expiresAt: facts.issuedAt + 3_600_000,
    tags: new Map(),
    transitiveTagKeys: [],
    ...facts,
    ...more,
  };
}
