/** A block of shell commands of a document, and what it says that they print. */
export interface StoryBlock {
  /** The nearest heading above. */
  readonly heading: string;
  readonly commands: string;
  /** Lines that the output has, in this order; empty when none are shown. */
  readonly expected: readonly string[];
}

const part = /^#+ (?<heading>.*)$|^```(?<kind>\w+)\n(?<body>[\s\S]*?)\n```$/gm;

/** The `sh` blocks of a document in order, each with the `text` block that follows it. */
export function storyBlocks(document: string): StoryBlock[] {
  const blocks: StoryBlock[] = [];
  let heading = '';
  for (const { groups } of document.matchAll(part)) {
    if (groups?.heading !== undefined) heading = groups.heading;
    const body = groups?.body ?? '';
    if (groups?.kind === 'sh') blocks.push({ heading, commands: body, expected: [] });
    const last = blocks.pop();
    if (last === undefined) continue;
    const isOutput = groups?.kind === 'text' && last.expected.length === 0;
    blocks.push(isOutput ? { ...last, expected: body.split('\n') } : last);
  }
  return blocks;
}
