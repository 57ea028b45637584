/** What an operation without output members resolves with. */
export type EmptyOutput = Readonly<Record<never, never>>;

export const emptyOutput: EmptyOutput = Object.freeze({});
