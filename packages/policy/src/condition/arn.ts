import { arnConditionPattern, parseArn } from '../match/arn.ts';
import { compilePattern, fitsPattern } from '../match/compiled-pattern.ts';
import {
  type PolicyVariable,
  parseTemplate,
  type Resolve,
  substitute,
  type Template,
  withoutVariables,
} from '../match/policy-variable.ts';
import { matchesAnySize } from '../match/state-set.ts';
import type { Comparison } from './comparison.ts';

const COLON = 58;

/**
 * ArnEquals and ArnLike, which do the same: six components, wildcards in each. What is no ARN, on
 * either side, does not match.
 */
export function arnComparison(policyValue: string, variables: boolean): Comparison {
  const template = parseTemplate(policyValue, variables);
  const tokens = withoutVariables(template);
  if (tokens !== undefined) {
    const pattern = compilePattern(arnConditionPattern(tokens));
    return (value) => isArn(value) && fitsPattern(pattern, value);
  }
  const inComponents = variablesInComponents(template);
  return (value, source) => {
    const resolve: Resolve = (variable) => {
      const text = source.resolve(variable);
      return inComponents.has(variable) && text?.includes(':') ? undefined : text;
    };
    const substituted = substitute(template, resolve, value.length);
    if (substituted === undefined) return false;
    return isArn(value) && matchesAnySize(arnConditionPattern(substituted), value);
  };
}

/**
 * The variables of the second to the fifth component. A colon in the value of one is a letter like
 * others, and no component has that letter: whoever chooses the value must not move the components
 * behind it. One that opens the text stands for the whole ARN or its beginning, and is cut.
 */
function variablesInComponents(template: Template): ReadonlySet<PolicyVariable> {
  const variables = new Set<PolicyVariable>();
  let colons = 0;
  for (const part of template) {
    if (part === COLON) colons++;
    if (typeof part !== 'number' && colons > 0 && colons < 5) variables.add(part);
  }
  return variables;
}

function isArn(value: string): boolean {
  return parseArn(value) !== undefined;
}
