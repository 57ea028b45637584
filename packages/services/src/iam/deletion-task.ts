import { randomUUID } from 'node:crypto';
import { invalidInput } from './error.ts';

/** What DeleteServiceLinkedRole gives a name to, so that its end can be asked for. */
export interface DeletionTask {
  readonly service: string;
  readonly roleName: string;
}

export function newDeletionTaskId({ service, roleName }: DeletionTask): string {
  return `task/aws-service-role/${service}/${roleName}/${randomUUID()}`;
}

const taskPattern =
  /^task\/aws-service-role\/(?<service>[\w+=,.@-]+)\/(?<roleName>[\w+=,.@-]+)\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Throws `InvalidInput` for what is no id of a deletion task. */
export function parseDeletionTaskId(id: string): DeletionTask {
  const { service, roleName } = taskPattern.exec(id)?.groups ?? {};
  if (service === undefined || roleName === undefined) throw invalidInput('Invalid task id');
  return { service, roleName };
}
