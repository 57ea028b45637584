import type { CompiledPolicy } from '@carnet/policy';

/** `developers-photos[UploadAndDownload]`; the index where a statement has no Sid. */
export function statementName(policy: CompiledPolicy, statementIndex: number): string {
  const sid = policy.document.statements[statementIndex]?.sid;
  return `${policy.source.name}[${sid || statementIndex}]`;
}
