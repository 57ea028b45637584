/** What is used of it: the package has no types. */
declare module 'pbac' {
  class PBAC {
    constructor(policies: readonly unknown[], options?: object);
    evaluate(request: {
      readonly action: string;
      readonly resource: string;
      readonly context?: object;
    }): boolean;
  }
  export = PBAC;
}
