import { type CompiledPolicy, compilePolicy, parsePolicy } from '@carnet/policy';
import { readCredentials } from '@carnet/wire';
import { AuthorizationState } from '../../packages/services/src/authorization/authorization-state.ts';
import { openGate } from '../../packages/services/src/authorization/gate.ts';
import { noResourcePolicies } from '../../packages/services/src/iam/testing.ts';
import { defaultQuotas } from '../../packages/services/src/settings.ts';
import {
  type Credentials,
  signed,
  type TestServices,
} from '../../packages/services/src/testing.ts';
import type { FurnishedWorld } from './furnish.ts';
import type { RandomQuestion } from './random-world.ts';

/** Whether a credential may, by the services' own word: as it is asked now. */
export type Verdicts = (question: RandomQuestion) => boolean | Promise<boolean>;

export interface Judge {
  /** Makes what is asked for. */
  prepare(world: FurnishedWorld): Promise<void>;
  /** Throws `ApiError` when the credential is refused as such. */
  open(world: FurnishedWorld, credentials: Credentials): Promise<Verdicts>;
  readonly state: AuthorizationState;
}

const settings = { region: 'us-east-1', quotas: defaultQuotas };
const transport = { sourceIp: '127.0.0.1', secure: false };
const noBody = new Uint8Array(0);

/** The one verifier and the one gate: a signed request, its caller, and the caller's policies. */
export function gateJudge({ services, store, clock }: TestServices): Judge {
  const state = new AuthorizationState(store);
  store.subscribe((changes) => state.follow(changes));
  return {
    state,
    prepare: () => Promise.resolve(),
    async open({ accountId, resource }, credentials) {
      const reading = readCredentials(signed(credentials, 's3', clock.now));
      const request = await services.authenticate(reading, transport, noBody);
      const { caller } = request;
      const resolveContext = {
        caller,
        settings,
        database: store.database,
        resourcePolicies: noResourcePolicies,
      };
      const gate = await openGate({
        state,
        sealing: store.sealing,
        request,
        resolveContext,
        now: clock.now,
        region: 'us-east-1',
        onResource: () => undefined,
      });
      const compiled = resource && compile(resource);
      return (question) => {
        const policy = passesBucketPolicy(question) ? undefined : compiled;
        return gate.isAllowed(question.action, { arn: question.resource, accountId, policy });
      };
    },
  };
}

/** Asked for the root user only, whom no bucket's policy keeps from the policy itself. */
export function passesBucketPolicy({ action }: RandomQuestion): boolean {
  return action === 's3:GetBucketPolicy';
}

const known = new WeakMap<object, CompiledPolicy>();

function compile(document: object): CompiledPolicy {
  const before = known.get(document);
  if (before) return before;
  const parsed = parsePolicy(JSON.stringify(document), 'resource');
  if (!parsed.ok) throw new Error('the policy on the buckets does not parse');
  const policy = compilePolicy(parsed.document, { type: 'resource', name: 'buckets' });
  known.set(document, policy);
  return policy;
}
