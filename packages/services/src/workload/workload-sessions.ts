import type { Store } from '@carnet/store';
import { ApiError } from '@carnet/wire';
import type { Audit } from '../audit.ts';
import type { RoleState } from '../authorization/authorization-state.ts';
import { serviceEvent } from '../service-event.ts';
import type { Settings } from '../settings.ts';
import { assumeRoleAsService, mayServiceAssume } from '../sts/assume-role-as-service.ts';
import type { SessionWorkload } from '../sts/session.ts';
import type { WorkloadCredentials } from './instance-metadata.ts';

/** What the sessions of workloads are made with. */
export interface WorkloadSessionParts {
  readonly store: Store;
  readonly audit: Audit;
  readonly settings: Settings;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

interface Made {
  /** Until then they are handed out; milliseconds since 1970. */
  readonly until: number;
  readonly credentials: Promise<WorkloadCredentials>;
}

/** Seconds; Settings say otherwise. */
const defaultSeconds = 21_600;
/**
 * Credentials end this long after they were handed out for the last time, in milliseconds. Clients
 * ask for new ones from fifteen to five minutes before the end of theirs, and AWS promises five.
 */
const handOverMargin = 600_000;
/** A function may run for fifteen minutes with those that it began with, and is given them often. */
const ofFunctions = { seconds: 3600, margin: 960_000 };
const limit = 10_000;

/**
 * The sessions of instances, tasks and functions, made by the service that runs them and kept in memory while
 * they are young. Whether the role lets the service assume it is asked each time all the same.
 */
export class WorkloadSessions {
  readonly #parts: WorkloadSessionParts;
  readonly #made = new Map<string, Made>();

  constructor(parts: WorkloadSessionParts) {
    this.#parts = parts;
  }

  /**
   * Credentials of a role for a workload, good for ten minutes at least. Rejects with `AccessDenied`
   * and its sentence when the role's trust policy says no. A session is recorded before it is given.
   */
  async credentials(
    role: RoleState,
    workload: SessionWorkload,
    sessionName: string,
  ): Promise<WorkloadCredentials> {
    const now = this.#parts.clock();
    const service = `${workload.service}.amazonaws.com`;
    const assumption = { service, role, sessionName, now, workload };
    const { decision, message } = mayServiceAssume(assumption);
    if (decision.decision !== 'allowed') throw new ApiError('AccessDenied', 403, message());
    // Neither of the first two holds a slash.
    const key = `${role.accountId}/${role.roleId}/${workload.arn}`;
    const known = this.#made.get(key);
    if (known !== undefined && now < known.until) return await known.credentials;
    return await this.#make(key, assumption);
  }

  /** What was made may never have been recorded. */
  forgetAll(): void {
    this.#made.clear();
  }

  /** Kept at once, so that a thousand programs that ask together share one session. */
  #make(
    key: string,
    assumption: Omit<Parameters<typeof assumeRoleAsService>[1], 'durationSeconds'>,
  ): Promise<WorkloadCredentials> {
    const { store, settings } = this.#parts;
    const { role, now } = assumption;
    const isFunction = assumption.workload?.service === 'lambda';
    const asked = settings.workloadSessionSeconds ?? defaultSeconds;
    const seconds = isFunction ? ofFunctions.seconds : asked;
    const durationSeconds = Math.min(seconds, role.maxSessionDuration);
    const session = assumeRoleAsService(store.sealing, { ...assumption, durationSeconds });
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = session;
    const made = { accessKeyId, secretAccessKey, sessionToken, expiration, issuedAt: now };
    const credentials = this.#record(assumption, made).then(() => made);
    if (this.#made.size >= limit) this.#made.clear();
    this.#made.set(key, {
      until: expiration - (isFunction ? ofFunctions.margin : handOverMargin),
      credentials,
    });
    credentials.catch(() => this.#made.delete(key));
    return credentials;
  }

  async #record(
    { service, role, sessionName, now }: Parameters<typeof mayServiceAssume>[0],
    { accessKeyId, expiration }: WorkloadCredentials,
  ): Promise<void> {
    const { store, audit, settings } = this.#parts;
    const event = serviceEvent(service, settings.region, {
      accountId: role.accountId,
      time: now,
      service: 'sts',
      operation: 'AssumeRole',
      requestParameters: { roleArn: role.arn, roleSessionName: sessionName },
      responseElements: {
        credentials: { accessKeyId, expiration: new Date(expiration).toISOString() },
      },
    });
    await store.transaction(({ database }) => audit.write(database, event));
  }
}
