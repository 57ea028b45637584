import { readFileSync } from 'node:fs';

const peak = /VmHWM:\s+(?<kilobytes>\d+) kB/;

/** The most bytes that a process has held in memory so far, from Linux's own account of it. */
export function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(peak.exec(status)?.groups?.kilobytes) * 1024;
}
