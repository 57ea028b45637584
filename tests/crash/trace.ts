/** One step of a system call, as `strace -f -y` wrote it: where it began or where it ended. */
export interface TracedStep {
  readonly call: string;
  readonly phase: 'begin' | 'end';
  /** Its arguments as printed, with the path behind each descriptor. */
  readonly text: string;
}

const whole = /^\d+\s+(?<call>\w+)\((?<text>.*)\)\s+= /;
const begun = /^(?<process>\d+)\s+(?<call>\w+)\((?<text>.*) <unfinished \.\.\.>$/;
const resumed = /^(?<process>\d+)\s+<\.\.\. (?<call>\w+) resumed>/;

/** The steps in the order in which the kernel saw them, whichever thread they were of. */
export function readTrace(log: string): readonly TracedStep[] {
  const steps: TracedStep[] = [];
  const open = new Map<string, string>();
  for (const line of log.split('\n')) {
    const { call = '', text = '' } = whole.exec(line)?.groups ?? {};
    if (call !== '') {
      steps.push({ call, phase: 'begin', text }, { call, phase: 'end', text });
      continue;
    }
    const start = begun.exec(line)?.groups;
    if (start) {
      open.set(`${start.process}`, `${start.text}`);
      steps.push({ call: `${start.call}`, phase: 'begin', text: `${start.text}` });
    }
    const end = resumed.exec(line)?.groups;
    if (end) {
      steps.push({ call: `${end.call}`, phase: 'end', text: open.get(`${end.process}`) ?? '' });
    }
  }
  return steps;
}
