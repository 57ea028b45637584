import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyType } from '../policy-type.ts';
import { parsePolicy } from './parse-policy.ts';

/**
 * What AWS checks when a policy is saved, the first check first. Each step spoils a document so that
 * this check alone fails; a document spoilt twice must be refused for the earlier reason.
 */
interface Step {
  readonly name: string;
  readonly message: string;
  spoil(document: Document): void;
}

type Document = Record<string, unknown> & { Statement: Record<string, unknown>[] };

const STEPS: readonly Step[] = [
  {
    name: 'syntax',
    message: 'Syntax errors in policy.',
    spoil: (document) => first(document).set('Extra', 1),
  },
  {
    name: 'version',
    message: 'Policy document must be version 2012-10-17 or greater.',
    spoil: (document) => delete document.Version,
  },
  {
    name: 'legacy parse',
    message: 'The policy failed legacy parsing',
    spoil: (document) =>
      first(document).set('Condition', { NumericLessThan: { 's3:max-keys': 'ten' } }),
  },
  {
    name: 'Sids',
    message: 'Statement IDs (SID) in a single policy must be unique.',
    spoil: (document) => {
      for (const statement of document.Statement) statement.Sid = 'same';
    },
  },
  {
    name: 'actions present',
    message: 'Policy statement must contain actions.',
    spoil: (document) => first(document).delete('Action'),
  },
  {
    name: 'resource formats',
    message: 'Resource photos must be in ARN format or "*".',
    spoil: (document) => first(document).set('Resource', 'photos'),
  },
  {
    name: 'vendors',
    message: 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    spoil: (document) => last(document).set('Action', 'GetObject'),
  },
  {
    name: 'resources present',
    message: 'Policy statement must contain resources.',
    spoil: (document) => last(document).delete('Resource'),
  },
  {
    name: 'prohibited elements',
    message: 'Has prohibited field Principal.',
    spoil: (document) => first(document).set('Principal', '*'),
  },
];

interface Elements {
  set(name: string, value: unknown): void;
  delete(name: string): void;
}

function elementsOf(statement: Record<string, unknown> = {}): Elements {
  return {
    set: (name, value) => {
      statement[name] = value;
    },
    delete: (name) => {
      delete statement[name];
    },
  };
}

function first(document: Document): Elements {
  return elementsOf(document.Statement[0]);
}

function last(document: Document): Elements {
  return elementsOf(document.Statement.at(-1));
}

function messageOf(steps: readonly Step[], type: PolicyType): string | undefined {
  const statement = () => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
  const document: Document = { Version: '2012-10-17', Statement: [statement(), statement()] };
  for (const step of steps) step.spoil(document);
  const result = parsePolicy(JSON.stringify(document), type);
  return result.ok ? undefined : result.problems[0]?.message;
}

const TYPES = ['identity', 'permissionsBoundary', 'session', 'serviceControl'] as const;

test('each spoilt document is refused for its own reason', () => {
  for (const type of TYPES) {
    assert.equal(messageOf([], type), undefined);
    for (const step of STEPS) assert.equal(messageOf([step], type), step.message, step.name);
  }
});

test('of two reasons the one that AWS checks first is told', () => {
  let pairs = 0;
  for (const [index, earlier] of STEPS.entries()) {
    for (const later of STEPS.slice(index + 1)) {
      pairs++;
      const told = `${earlier.name} before ${later.name}`;
      for (const type of TYPES) {
        assert.equal(messageOf([earlier, later], type), earlier.message, told);
        assert.equal(messageOf([later, earlier], type), earlier.message, told);
      }
    }
  }
  assert.equal(pairs, 36);
});
