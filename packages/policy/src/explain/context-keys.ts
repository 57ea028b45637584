import { parseTemplate } from '../match/policy-variable.ts';
import type { PolicyDocument, Statement } from '../policy-document.ts';

/**
 * The condition keys that a document refers to, as written, each once and in their order: those of
 * its conditions, and those of the variables in its resources and values.
 */
export function contextKeys(document: PolicyDocument): readonly string[] {
  const variables = document.version === '2012-10-17';
  const found = new Set<string>();
  for (const statement of document.statements) {
    for (const { key } of statement.conditions) found.add(key);
    if (variables) addVariables(statement, found);
  }
  return [...found].sort();
}

function addVariables({ resource, conditions }: Statement, found: Set<string>): void {
  const lists = [resource?.values ?? [], ...conditions.map(({ values }) => values)];
  for (const { text } of lists.flat()) {
    // Most values have none, and taking one apart makes an entry for each character.
    if (!text.includes('$')) continue;
    for (const part of parseTemplate(text, true)) {
      if (typeof part !== 'number') found.add(part.name);
    }
  }
}
