/** What is used of it: the package has no types. */
declare module 'pbac' {
  class PBAC {
    constructor(policies: readonly unknown[]);
    evaluate(request: { readonly action: string; readonly resource: string }): boolean;
  }
  export = PBAC;
}
