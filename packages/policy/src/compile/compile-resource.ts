import type { ValueSource } from '../condition/comparison.ts';
import { resourcePattern } from '../match/arn.ts';
import {
  type CompiledTemplate,
  compileTemplate,
  fitsTemplate,
} from '../match/compiled-template.ts';
import { parseTemplate, variablesOnlyInResourcePart } from '../match/policy-variable.ts';
import type { ValueList } from '../policy-document.ts';

/**
 * The entries of a Resource or NotResource element, the first one leading to the others. Statements
 * without the element (trust policies) are about the one resource they hang on.
 */
export function compileResource(
  element: ValueList | undefined,
  variables: boolean,
): CompiledTemplate | undefined {
  const values = element?.values ?? [];
  if (element === undefined || (values.length === 1 && values[0]?.text === '*')) return EVERYTHING;
  return values.reduceRight<CompiledTemplate | undefined>(
    (next, { text }) => compileEntry(text, variables, next),
    undefined,
  );
}

const EVERYTHING = compileEntry('*', false);

function compileEntry(text: string, variables: boolean, next?: CompiledTemplate): CompiledTemplate {
  const template = variablesOnlyInResourcePart(parseTemplate(text, variables));
  return compileTemplate(resourcePattern(template), next);
}

/** Whether any entry fits. One whose variable has no value fits nothing. */
export function fitsResource(
  entries: CompiledTemplate | undefined,
  resource: string,
  source: ValueSource,
): boolean {
  for (let entry = entries; entry !== undefined; entry = entry.next) {
    if (fitsTemplate(entry, resource, source)) return true;
  }
  return false;
}
