import type { Credentials } from '../../packages/services/src/testing.ts';
import type { House } from './house.ts';

/**
 * A way to more than one was given. Its number in "AWS IAM Privilege Escalation – Methods and
 * Mitigation" (Rhino Security Labs, 28 methods), its ids on pathfinding.cloud.
 */
export interface Method {
  readonly name: string;
  readonly rhino?: number;
  readonly pathfinding?: readonly string[];
  /**
   * Who begins: the user `dave` unless said otherwise. `DeveloperRole` has no more than dave has and
   * works through a session.
   */
  readonly attacker?: 'DeveloperRole';
  /**
   * Exactly what the method takes, nothing of it to spare. The first statement is the permission in
   * question, and what the first step asks for.
   */
  needs(house: House): readonly Statement[];
  /** What it finds where it comes, made by the account's administrator. */
  furnish?(house: House): Promise<void>;
  /**
   * Calls as the attacker; resolves with what was gained by them. Where a role is passed it is
   * `AdminRole`, or for `photos` the harmless `PhotoAppRole`.
   */
  steps(attacker: Attacker, passed?: 'admin' | 'photos'): Promise<Gain>;
  /** The service that a role is passed to; absent: none is passed. */
  readonly passedTo?: string;
  /**
   * What becomes of it for one who may do all of IAM to what carries the boundary: the first step is
   * refused, or all steps go well and nothing is gained, since what was widened is bounded.
   */
  readonly delegated: 'refused' | 'contained';
}

export interface Statement {
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: object;
}

/** A credential that may do more than the attacker could, or the password of one who may. */
export type Gain = Credentials | { readonly password: string; readonly userName: string };

/** The one who attacks, by a credential of his own. */
export interface Attacker {
  readonly house: House;
  /** What he comes with. */
  readonly credentials: Credentials;
  /** Of dave, or of the role that he works through: what a trust policy would name. */
  readonly principalArn: string;
  call(service: string, operation: string, input: object): Promise<unknown>;
  assume(roleName: string): Promise<Credentials>;
}

export function allow(Action: string, Resource = '*'): Statement {
  return { Action, Resource };
}

export function document(...statements: readonly object[]): string {
  const Statement = statements.map((statement) => ({ Effect: 'Allow', ...statement }));
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** What an attacker writes into every policy that he may write. */
export const everything = document(allow('*'));

export const administratorAccess = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** Lets these assume a role: ARNs of principals, or names of services. */
export function trust(...principals: readonly string[]): string {
  const Statement = principals.map((one) => ({
    Effect: 'Allow',
    Principal: one.startsWith('arn:') ? { AWS: one } : { Service: one },
    Action: 'sts:AssumeRole',
  }));
  return JSON.stringify({ Version: '2012-10-17', Statement });
}
