import type { AuthorizationRequest, PolicyType } from '../src/index.ts';
import { type Random, randomFrom } from './random.ts';
import { type Context, makeContext, oddCase } from './random-condition.ts';
import {
  ACCOUNT,
  ACTIONS,
  makeStatement,
  OTHER_ACCOUNT,
  PRINCIPALS,
  RESOURCES,
  ROLE_ACTIONS,
  ROLES,
  type Theme,
} from './random-statement.ts';
import type { ReferencePolicy } from './reference-evaluator.ts';
import { fold } from './reference-value.ts';

/** A question as a file of cases/ holds it. */
export interface WorldRequest extends Theme {
  readonly resourceAccount: string;
  readonly resourceMustAgree: boolean;
}

/** A set of policies and what is asked of it. */
export interface World {
  readonly policies: readonly ReferencePolicy[];
  readonly requests: readonly WorldRequest[];
}

export const REQUESTS_PER_WORLD = 5;

/** The world of a seed: policies about one request, that request, and others near to it. */
export function makeWorld(seed: number): World {
  const random = randomFrom(seed);
  const theme = makeRequest(random);
  const others = Array.from({ length: REQUESTS_PER_WORLD - 1 }, () => varied(random, theme));
  return { policies: makePolicies(random, theme), requests: [theme, ...others] };
}

export function authorizationRequest(request: WorldRequest): AuthorizationRequest {
  const keys = Object.entries(request.context).map(([key, value]) => [fold(key), value] as const);
  return { ...request, context: new Map(keys) };
}

function makeRequest(random: Random): WorldRequest {
  const assumes = random.chance(0.2);
  return {
    principal: random.pick(PRINCIPALS),
    action: oddCase(random, random.pick(assumes ? ROLE_ACTIONS : ACTIONS), 0.1),
    resource: random.pick(assumes ? ROLES : RESOURCES),
    resourceAccount: random.chance(0.6) ? ACCOUNT : OTHER_ACCOUNT,
    resourceMustAgree: random.chance(0.1),
    context: makeContext(random),
  };
}

/** The request with one or two of its parts exchanged. */
function varied(random: Random, request: WorldRequest): WorldRequest {
  const other = makeRequest(random);
  const context: Context = random.chance(0.5) ? other.context : { ...request.context };
  const parts: readonly (keyof WorldRequest)[] = ['principal', 'action', 'resource'];
  const part = random.pick<keyof WorldRequest>([...parts, 'context', 'resourceAccount']);
  return { ...request, context, [part]: other[part] };
}

/** Always attached, says AWS; the engine does not count on it. */
const FULL_ACCESS: ReferencePolicy = {
  type: 'resourceControl',
  name: 'RCPFullAWSAccess',
  document: {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
  },
};

/** In the order in which the engine asks them. */
function makePolicies(random: Random, theme: Theme): readonly ReferencePolicy[] {
  const policies: ReferencePolicy[] = [];
  const add = (type: PolicyType, least: number, most: number, level?: string): void => {
    for (let count = least + random.below(most - least + 1); count > 0; count--) {
      const name = `${type}-${policies.length}`;
      const document = makeDocument(random, type, theme);
      policies.push(
        level === undefined ? { type, name, document } : { type, name, level, document },
      );
    }
  };
  const asks = theme.resource.includes(':role/');
  const isFederated = theme.principal.kind === 'federatedUser';
  if (random.chance(0.15)) {
    if (random.chance(0.9)) policies.push(FULL_ACCESS);
    add('resourceControl', 1, 2);
  }
  if (random.chance(0.25)) {
    for (const level of random.pick([['root'], ['root', 'account']])) {
      add('serviceControl', 1, 2, level);
    }
  }
  if (random.chance(0.15)) add('vpcEndpoint', 1, 1);
  if (random.chance(asks ? 0.1 : 0.75)) add('resource', 1, 1);
  if (random.chance(asks ? 0.85 : 0.02)) add('trust', 1, 1);
  add('identity', 0, 3);
  if (random.chance(0.2)) add('permissionsBoundary', 1, 1);
  if (random.chance(isFederated ? 0.8 : 0.2)) add('session', 1, 2);
  return policies;
}

function makeDocument(random: Random, type: PolicyType, theme: Theme): ReferencePolicy['document'] {
  const statements = random.some(1, 3, () => makeStatement(random, type, theme));
  const [only] = statements;
  const isSingle = only !== undefined && statements.length === 1 && random.chance(0.5);
  const Statement = isSingle ? only : statements;
  // These types are taken in the older version too, in which nothing is a variable.
  const isOlder = ['resource', 'trust', 'vpcEndpoint'].includes(type) && random.chance(0.25);
  if (isOlder) return random.chance(0.5) ? { Statement } : { Version: '2008-10-17', Statement };
  return { Version: '2012-10-17', Statement };
}
