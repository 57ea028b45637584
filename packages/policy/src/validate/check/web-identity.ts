import { foldAscii } from '../../match/fold-ascii.ts';
import { type Check, eachCondition, eachStatement, type Found, found } from '../check.ts';
import { isKey, isProviderPrefix, prefixOfKey } from '../condition-facts.ts';
import type { ConditionTree, StatementTree } from '../policy-tree.ts';

const GITHUB = 'token.actions.githubusercontent.com';
/** Each of them says which repository asks. */
const GITHUB_KEYS = ['sub', 'repository', 'repository_id', 'job_workflow_ref'];

/** Roles that callers from an OpenID Connect provider assume. */
export const webIdentityChecks: readonly Check[] = [
  {
    code: 'MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL',
    findingType: 'SECURITY_WARNING',
    policyTypes: ['trust'],
    meaning: 'everybody whom an OpenID Connect provider knows is let in',
    check: eachStatement((statement) => {
      const prefixes = new Set([...statement.keys].map(prefixOfKey));
      return providersOf(statement)
        .filter(({ provider }) => !prefixes.has(foldAscii(provider)))
        .map(({ place, provider }) => {
          const message = `whomever \`${provider}\` knows may assume the role`;
          const help = `add a condition on a key that begins with \`${provider}:\``;
          return found(place, message, help);
        });
    }),
  },
  {
    code: 'MISSING_GITHUB_REPO_CONDITION_KEY',
    findingType: 'SECURITY_WARNING',
    policyTypes: ['trust'],
    meaning: 'every repository of GitHub is let in',
    check: eachStatement((statement) =>
      providersOf(statement).flatMap(({ place, provider }) => {
        if (foldAscii(provider) !== GITHUB) return [];
        const keys = GITHUB_KEYS.map((name) => `${GITHUB}:${name}`);
        if (statement.conditions.some((one) => isKey(one, ...keys) && isWanted(one))) return [];
        const message = 'every repository of GitHub may assume the role';
        return [found(place, message, `add a condition on \`${GITHUB}:sub\``)];
      }),
    ),
  },
  {
    code: 'SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED',
    findingType: 'WARNING',
    policyTypes: ['trust'],
    meaning: 'the condition on GitHub names no single repository and branch',
    check: eachCondition((condition, _context, { effect, conditions }) => {
      if (effect !== 'Allow' || !isKey(condition, `${GITHUB}:sub`)) return [];
      if (!isWanted(condition)) return [];
      const isNamed = conditions.some(namesBranch) ? REPOSITORY : REPOSITORY_AND_BRANCH;
      return condition.values
        .filter(({ text }) => !isNamed.test(text))
        .map((value) => {
          const message = `\`${value.text}\` names no single repository and branch`;
          return found(
            value,
            message,
            'write `repo:ORGANIZATION/REPOSITORY:ref:refs/heads/BRANCH`',
          );
        });
    }),
  },
  {
    code: 'FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE',
    findingType: 'SECURITY_WARNING',
    policyTypes: ['trust'],
    meaning: 'ForAnyValue on the audience, which has one value',
    check: eachCondition((condition) => {
      if (!isAudience(condition) || condition.facts?.set !== 'ForAnyValue') return [];
      const message = `\`ForAnyValue\` on \`${condition.key}\`, which has a single value`;
      return [found(condition, message, 'remove `ForAnyValue:`')];
    }),
  },
  {
    code: 'CONFIRM_AUDIENCE_CLAIM_TYPE',
    findingType: 'SUGGESTION',
    policyTypes: ['trust'],
    meaning: 'the audience is asked for: whether it has one value is for the provider to say',
    check: eachCondition((condition): Found[] => {
      if (!isAudience(condition) || condition.facts?.set === 'ForAnyValue') return [];
      const message = `\`${condition.key}\` says for whom the token was issued`;
      return [found(condition, message, 'use no set qualifier while it has a single value')];
    }),
  },
];

const REPOSITORY = /^repo:[^*?/]+\/[^*?:]+:/;
const REPOSITORY_AND_BRANCH = /^repo:[^*?/]+\/[^*?:]+:ref:refs\/(?:heads|tags)\/[^*?]+$/;

/** The key has to have one of the values, which is how a statement lets in only some. */
function isWanted({ facts }: ConditionTree): boolean {
  return facts?.negated !== true && facts?.family !== 'null';
}

/** The branch may also be asked for by a key of its own. */
function namesBranch(condition: ConditionTree): boolean {
  if (!isKey(condition, `${GITHUB}:ref`) || !isWanted(condition)) return false;
  return condition.values.every(({ text }) => /^refs\/(?:heads|tags)\/[^*?]+$/.test(text));
}

function isAudience({ key }: ConditionTree): boolean {
  const prefix = prefixOfKey(key);
  if (prefix === undefined || !isProviderPrefix(prefix)) return false;
  return foldAscii(key.slice(prefix.length)) === ':aud';
}

interface Provider {
  readonly place: Found['place'];
  /** As its keys are named: the domain, perhaps with a path. */
  readonly provider: string;
}

function providersOf({ effect, principal }: StatementTree): readonly Provider[] {
  if (effect !== 'Allow' || principal?.negated !== false) return [];
  return principal.entries.flatMap((entry) => {
    if (entry.type !== 'Federated') return [];
    const provider =
      /^arn:[^:]*:iam::[^:]*:oidc-provider\/(.+)$/.exec(entry.text)?.[1] ?? entry.text;
    return isProviderPrefix(provider) ? [{ place: entry, provider }] : [];
  });
}
