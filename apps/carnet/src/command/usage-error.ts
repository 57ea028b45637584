/** Commander's message in the form of our own: `carnet: unknown option '--prot'`. */
export function writeUsageError(text: string, write: (text: string) => void): void {
  write(`carnet: ${text.replace(/^error: /, '')}`);
}
