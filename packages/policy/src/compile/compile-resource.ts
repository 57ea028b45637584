import type { ValueSource } from '../condition/comparison.ts';
import { compileResourcePattern, resourcePattern } from '../match/arn.ts';
import { matchesPattern } from '../match/glob.ts';
import {
  parseTemplate,
  substitute,
  variablesOnlyInResourcePart,
  withoutVariables,
} from '../match/policy-variable.ts';
import type { ValueList } from '../policy-document.ts';

/** Asks whether a statement is about a resource. */
export type ResourceMatcher = (resource: string, source: ValueSource) => boolean;

/**
 * A Resource or NotResource element. An entry whose variable has no value matches nothing: in
 * NotResource it excludes nothing. Statements without the element (trust policies) are about the
 * one resource they hang on.
 */
export function compileResource(
  element: ValueList | undefined,
  variables: boolean,
): ResourceMatcher {
  if (element === undefined) return () => true;
  const entries = element.values.map((value) => compileEntry(value.text, variables));
  const { negated } = element;
  return (resource, source) => entries.some((entry) => entry(resource, source)) !== negated;
}

function compileEntry(text: string, variables: boolean): ResourceMatcher {
  if (text === '*') return () => true;
  const template = variablesOnlyInResourcePart(parseTemplate(text, variables));
  const tokens = withoutVariables(template);
  if (tokens !== undefined) return compileResourcePattern(tokens);
  return (resource, source) => {
    const substituted = substitute(template, source.resolve);
    return substituted !== undefined && matchesPattern(resourcePattern(substituted), resource);
  };
}
