import type { Caller } from './caller.ts';

/**
 * Makes a caller once for a credential and its principal as known at one moment: a principal that
 * changed is another object, and each request of a credential has the same caller.
 */
export function createCallerCache<Credential extends object>() {
  const made = new WeakMap<Credential, { readonly principal: object; readonly caller: Caller }>();
  return (credential: Credential, principal: object, make: () => Caller): Caller => {
    const known = made.get(credential);
    if (known?.principal === principal) return known.caller;
    const caller = make();
    made.set(credential, { principal, caller });
    return caller;
  };
}
