import { foldAscii } from './fold-ascii.ts';
import { compilePattern, globPattern, type Matcher } from './glob.ts';

/** An Action entry: exactly one action, or a pattern over the actions of one service or of all. */
export interface ActionEntry {
  /** Folded. The service before the colon; undefined for `*`, which means them all. */
  readonly service: string | undefined;
  /** Folded `service:name`, when the entry has no wildcard. */
  readonly literal: string | undefined;
  /** Takes a folded action. */
  readonly matches: Matcher;
}

/** Services and names of actions are compared without regard to (ASCII) case. */
export function compileAction(text: string): ActionEntry {
  const folded = foldAscii(text);
  const service = serviceOf(folded);
  const hasWildcard = /[*?]/.test(folded);
  return {
    service: /[*?]/.test(service) ? undefined : service,
    literal: hasWildcard ? undefined : folded,
    matches: compilePattern(globPattern(folded)),
  };
}

/** `s3` of `s3:putobject` */
export function serviceOf(action: string): string {
  const colon = action.indexOf(':');
  return colon < 0 ? action : action.slice(0, colon);
}
