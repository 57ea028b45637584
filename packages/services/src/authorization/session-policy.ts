import { type CompiledPolicy, compilePolicy, parsePolicy } from '@carnet/policy';
import type { Session } from '../sts/session.ts';
import type { AuthorizationState } from './authorization-state.ts';

const documents = new WeakMap<Session, CompiledPolicy>();

/** Stands for a policy that is gone. */
const denyAll: CompiledPolicy = compileSession(
  '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}',
  'gone',
);

/**
 * The policies that limit a session, those of managed policies as they are now. When one of them is
 * gone nothing is allowed: what it denied can no longer be known.
 */
export async function sessionPolicies(
  state: AuthorizationState,
  session: Session,
): Promise<readonly CompiledPolicy[]> {
  const { policies } = session;
  const found: CompiledPolicy[] = [];
  if (policies?.document !== undefined) found.push(inlinePolicy(session, policies.document));
  const arns = session.kind === 'root' ? [session.taskPolicyArn] : (policies?.arns ?? []);
  for (const arn of arns) {
    const managed = await state.managedPolicy(arn);
    if (managed === undefined) return [denyAll];
    found.push(managed);
  }
  return found;
}

/** Compiled once for each session: it cannot change. */
function inlinePolicy(session: Session, document: string): CompiledPolicy {
  const known = documents.get(session);
  if (known) return known;
  const compiled = compileSession(document, 'session');
  documents.set(session, compiled);
  return compiled;
}

function compileSession(document: string, name: string): CompiledPolicy {
  const parsed = parsePolicy(document, 'session');
  if (!parsed.ok) throw new Error('the policy of a session does not parse');
  return compilePolicy(parsed.document, { type: 'session', name });
}
