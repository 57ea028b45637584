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
): CompiledTemplate {
  if (element === undefined) return EVERYTHING;
  const first = element.values.reduceRight<CompiledTemplate | undefined>(
    (next, { text }) => compileEntry(text, variables, next),
    undefined,
  );
  // The parser refuses empty lists.
  if (first === undefined) throw new Error('a statement without resources');
  return first;
}

const EVERYTHING = compileEntry('*', false);

function compileEntry(text: string, variables: boolean, next?: CompiledTemplate): CompiledTemplate {
  const template = variablesOnlyInResourcePart(parseTemplate(text, variables));
  return compileTemplate(resourcePattern(template), next);
}

/** Whether any entry fits. One whose variable has no value fits nothing. */
export function fitsResource(
  entries: CompiledTemplate,
  resource: string,
  source: ValueSource,
): boolean {
  for (let entry: CompiledTemplate | undefined = entries; entry; entry = entry.next) {
    if (fitsTemplate(entry, resource, source)) return true;
  }
  return false;
}
