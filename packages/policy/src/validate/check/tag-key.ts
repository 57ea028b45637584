import { foldAscii } from '../../match/fold-ascii.ts';
import type { IndexedAction } from '../catalogue-index.ts';
import {
  type Check,
  type CheckContext,
  EVERY_TYPE,
  eachConditionOf,
  type Found,
  found,
} from '../check.ts';
import { failsWithoutKey, isKey } from '../condition-facts.ts';
import type { FindingType } from '../finding.ts';
import type { StatementTree } from '../policy-tree.ts';

const RESOURCE_TAG = foldAscii(`aws:ResourceTag/\${TagKey}`);
/** More names than this help nobody. */
const MOST_NAMES = 10;

/** `aws:ResourceTag` for services that do not tell the tags of their resources. */
export const tagKeyChecks: readonly Check[] = [
  tagCheck(
    'DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE',
    'SECURITY_WARNING',
    'Deny',
    false,
  ),
  tagCheck(
    'DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE',
    'SECURITY_WARNING',
    'Deny',
    true,
  ),
  tagCheck('ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE', 'SUGGESTION', 'Allow', false),
  tagCheck(
    'ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE',
    'SUGGESTION',
    'Allow',
    true,
  ),
];

function tagCheck(
  code: string,
  findingType: FindingType,
  effect: 'Allow' | 'Deny',
  negated: boolean,
): Check {
  const verb = effect === 'Allow' ? 'allowed' : 'denied';
  return {
    code,
    findingType,
    policyTypes: EVERY_TYPE,
    meaning: `actions that tell no tags are not ${verb}${negated ? ' (NotAction)' : ''}`,
    check: eachConditionOf(
      (statement, context) => {
        if (statement.effect !== effect || statement.action?.negated !== negated) return undefined;
        return negated ? 'some actions' : unsupportedServices(statement, context);
      },
      (condition, what): Found[] => {
        if (!isKey(condition, 'aws:resourcetag/') || !failsWithoutKey(condition)) return [];
        const message = `${what} do not tell \`${condition.key}\` and are not ${verb} by the statement`;
        const help = negated
          ? 'name the actions in `Action`'
          : 'move these actions to a statement without the key';
        return [found(condition, message, help)];
      },
    ),
  };
}

/** The services of which the statement names actions that know no tags. */
function unsupportedServices(
  statement: StatementTree,
  { known }: CheckContext,
): string | undefined {
  const { all } = known.statementActions(statement);
  if (all === undefined) return 'actions of many services';
  const services = new Set([...all].filter((one) => !tellsTags(one)).map((one) => one.service));
  if (services.size === 0) return undefined;
  const names = [...services].slice(0, MOST_NAMES).map((name) => `\`${name}\``);
  const more = services.size > MOST_NAMES ? ` and ${services.size - MOST_NAMES} more services` : '';
  return `actions of ${names.join(', ')}${more}`;
}

function tellsTags({ keys }: IndexedAction): boolean {
  return keys.has(RESOURCE_TAG);
}
