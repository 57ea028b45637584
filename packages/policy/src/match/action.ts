import { type CompiledPattern, compilePattern } from './compiled-pattern.ts';
import { foldAscii } from './fold-ascii.ts';
import { globPattern } from './glob.ts';

/**
 * An Action entry: exactly one action, or a pattern over the actions of one service or of all. Fits
 * folded actions: services and names of actions are compared without regard to (ASCII) case.
 */
export function compileAction(text: string): CompiledPattern {
  return compilePattern(globPattern(foldAscii(text)));
}

/** `s3` of `s3:putobject` */
export function serviceOf(action: string): string {
  const colon = action.indexOf(':');
  return colon < 0 ? action : action.slice(0, colon);
}
