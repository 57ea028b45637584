import type { Position } from '@aws-sdk/client-iam';
import type { PolicyDocument } from '@carnet/policy';

export interface StatementPosition {
  readonly start: Position;
  readonly end: Position;
}

/**
 * Where each statement of a document stands, as the simulator counts: a statement of a list begins
 * behind what comes before it, the bracket or the statement before; one without a list, behind its
 * own brace. It ends behind its brace. Lines and columns from 1, in one pass.
 */
export function statementPositions({ text, statements }: PolicyDocument): StatementPosition[] {
  const cursor = new Cursor(text);
  let before = beginOfFirst(text, statements[0]?.start.offset ?? 0);
  return statements.map(({ end }) => {
    const start = cursor.at(before);
    before = end.offset;
    return { start, end: cursor.at(end.offset) };
  });
}

function beginOfFirst(text: string, brace: number): number {
  let at = brace - 1;
  while (at > 0 && /\s/.test(text.charAt(at))) at--;
  return text[at] === '[' ? at + 1 : brace + 1;
}

/** Goes forward only. A line ends with CR, LF or both. */
class Cursor {
  readonly #text: string;
  #offset = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  at(offset: number): Position {
    for (; this.#offset < offset; this.#offset++) {
      const character = this.#text[this.#offset];
      const isOfCrlf = character === '\n' && this.#text[this.#offset - 1] === '\r';
      if (character !== '\n' && character !== '\r') continue;
      if (!isOfCrlf) this.#line++;
      this.#lineStart = this.#offset + 1;
    }
    return { Line: this.#line, Column: offset - this.#lineStart + 1 };
  }
}
