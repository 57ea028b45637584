import { randomUUID } from 'node:crypto';
import type {
  AccessAdvisorUsageGranularityType,
  EntityDetails,
  ErrorDetails,
  GenerateServiceLastAccessedDetailsRequest,
  GenerateServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetailsRequest,
  GetServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetailsWithEntitiesRequest,
  GetServiceLastAccessedDetailsWithEntitiesResponse,
  ServiceLastAccessed,
  TrackedActionLastAccessed,
} from '@aws-sdk/client-iam';
import { userIdOf } from '../authentication/caller.ts';
import { type OperationContext, type OperationTable, operation } from '../operation.ts';
import { allowedServices, entitiesOf, readAccesses, type ServiceAccess } from './access-report.ts';
import { noSuchEntity } from './error.ts';
import { findIdentity, type Identity, requireIdentity } from './identity.ts';
import { pageOfList } from './pagination.ts';
import { identityResource } from './resource/identity.ts';
import { serviceName } from './service-access.ts';

/** What a job was asked, as its row keeps it. */
interface JobRequest {
  readonly arn: string;
  /** Somebody made later under the same name is somebody else. */
  readonly id: string;
  readonly granularity: AccessAdvisorUsageGranularityType;
  /** Only who began a job reads it: the user, or the session of the role. */
  readonly callerId: string;
}

interface Job {
  readonly request: JobRequest;
  readonly createdAt: number;
}

const jobKind = 'GenerateServiceLastAccessedDetails';
/** Milliseconds for which a job can be read; AWS does not document it. */
const jobLifetime = 86_400_000;
/** Jobs of an account; those made before the newest so many are forgotten. */
const mostJobs = 1000;

/** A job is complete at once: its report is computed when it is read. */
export const generateServiceLastAccessedDetails = operation<
  GenerateServiceLastAccessedDetailsRequest,
  GenerateServiceLastAccessedDetailsResponse
>({
  authorization: {
    action: 'iam:GenerateServiceLastAccessedDetails',
    resource: identityResource((input) => input.Arn),
  },
  access: 'write',
  async run(context, input) {
    const { accountId, database, now } = context;
    const { arn, id } = await requireIdentity(context, input.Arn);
    const request: JobRequest = {
      arn,
      id,
      granularity: input.Granularity ?? 'SERVICE_LEVEL',
      callerId: callerId(context),
    };
    await forgetJobs(context);
    const jobId = randomUUID();
    await database
      .insertInto('iam_access_job')
      .values({
        account_id: accountId,
        job_id: jobId,
        kind: jobKind,
        request: JSON.stringify(request),
        created_at: now,
      })
      .execute();
    context.changed({ accountId, kind: 'account', id: accountId });
    return { JobId: jobId };
  },
});

/** In the order of the services' prefixes. */
export const getServiceLastAccessedDetails = operation<
  GetServiceLastAccessedDetailsRequest,
  GetServiceLastAccessedDetailsResponse
>({
  authorization: { action: 'iam:GetServiceLastAccessedDetails' },
  access: 'read',
  async run(context, input) {
    const job = await requireJob(context, input.JobId);
    const { granularity } = job.request;
    const described = { ...describeJob(job), JobType: granularity };
    const identity = await findSubject(context, job);
    if (identity === undefined) {
      return { ...described, ...failure(job), ServicesLastAccessed: [] };
    }
    const services = await allowedServices(context, identity);
    const { rows, ...position } = pageOfList(
      context,
      `GetServiceLastAccessedDetails ${input.JobId}`,
      input,
      services,
    );
    const accesses = await readAccesses(context, await entitiesOf(context, identity));
    return {
      ...described,
      ServicesLastAccessed: rows.map((service) =>
        describeService(service, accesses.get(service), granularity),
      ),
      ...position,
    };
  },
});

/** The most recent access first, then those without one in the order of their ARNs. */
export const getServiceLastAccessedDetailsWithEntities = operation<
  GetServiceLastAccessedDetailsWithEntitiesRequest,
  GetServiceLastAccessedDetailsWithEntitiesResponse
>({
  authorization: { action: 'iam:GetServiceLastAccessedDetailsWithEntities' },
  access: 'read',
  async run(context, input) {
    const job = await requireJob(context, input.JobId);
    const identity = await findSubject(context, job);
    if (identity === undefined) {
      return { ...describeJob(job), ...failure(job), EntityDetailsList: [] };
    }
    const service = (input.ServiceNamespace ?? '').toLowerCase();
    const allowed = (await allowedServices(context, identity)).includes(service);
    const entities = allowed ? await entitiesOf(context, identity) : [];
    const access = (await readAccesses(context, entities, service)).get(service);
    const lastOf = (id: string) => access?.entities.get(id)?.at ?? 0;
    const { rows, ...position } = pageOfList(
      context,
      `GetServiceLastAccessedDetailsWithEntities ${input.JobId} ${service}`,
      input,
      entities.toSorted((one, other) => lastOf(other.Id) - lastOf(one.Id)),
    );
    const details = rows.map((entity): EntityDetails => {
      const at = lastOf(entity.Id);
      return { EntityInfo: entity, ...(at > 0 && { LastAuthenticated: new Date(at) }) };
    });
    return { ...describeJob(job), EntityDetailsList: details, ...position };
  },
});

export const serviceLastAccessedOperations: OperationTable = {
  GenerateServiceLastAccessedDetails: generateServiceLastAccessedDetails,
  GetServiceLastAccessedDetails: getServiceLastAccessedDetails,
  GetServiceLastAccessedDetailsWithEntities: getServiceLastAccessedDetailsWithEntities,
};

function callerId({ caller }: OperationContext): string {
  return caller.kind === 'anonymous' ? '' : userIdOf(caller);
}

/** Those that are over, and the oldest that leave no room for one more. */
async function forgetJobs({ accountId, database, now }: OperationContext): Promise<void> {
  const newest = database
    .selectFrom('iam_access_job')
    .select('job_id')
    .where('account_id', '=', accountId)
    .where('kind', '=', jobKind)
    .where('created_at', '>', now - jobLifetime)
    .orderBy('created_at', 'desc')
    .orderBy('job_id')
    .limit(mostJobs - 1);
  await database
    .deleteFrom('iam_access_job')
    .where('account_id', '=', accountId)
    .where('kind', '=', jobKind)
    .where('job_id', 'not in', newest)
    .execute();
}

async function requireJob(context: OperationContext, jobId: string | undefined): Promise<Job> {
  const row = await context.database
    .selectFrom('iam_access_job')
    .selectAll()
    .where('account_id', '=', context.accountId)
    .where('job_id', '=', jobId ?? '')
    .where('kind', '=', jobKind)
    .where('created_at', '>', context.now - jobLifetime)
    .executeTakeFirst();
  const request: JobRequest | undefined = row && JSON.parse(row.request);
  if (row === undefined || request?.callerId !== callerId(context)) {
    throw noSuchEntity(`Job ${jobId} was not found.`);
  }
  return { request, createdAt: row.created_at };
}

function describeJob({ createdAt }: Job) {
  const at = new Date(createdAt);
  return { JobStatus: 'COMPLETED', JobCreationDate: at, JobCompletionDate: at } as const;
}

/** Whom a job is about; undefined when it was deleted since, or has another name. */
async function findSubject(context: OperationContext, job: Job): Promise<Identity | undefined> {
  const identity = await findIdentity(context, job.request.arn);
  return identity?.id === job.request.id ? identity : undefined;
}

function failure({ request }: Job): { JobStatus: 'FAILED'; Error: ErrorDetails } {
  const { code, message } = noSuchEntity(`ARN ${request.arn} was not found.`);
  return { JobStatus: 'FAILED', Error: { Code: code, Message: message } };
}

function describeService(
  service: string,
  access: ServiceAccess | undefined,
  granularity: AccessAdvisorUsageGranularityType,
): ServiceLastAccessed {
  const named = { ServiceName: serviceName(service), ServiceNamespace: service };
  if (access === undefined) return { ...named, TotalAuthenticatedEntities: 0 };
  const { last, entities } = access;
  return {
    ...named,
    LastAuthenticated: new Date(last.at),
    LastAuthenticatedEntity: last.entity.Arn,
    LastAuthenticatedRegion: last.region,
    TotalAuthenticatedEntities: entities.size,
    ...(granularity === 'ACTION_LEVEL' &&
      access.actions.size > 0 && { TrackedActionsLastAccessed: describeActions(access) }),
  };
}

/** The actions that were attempted; AWS leaves out those that were not. */
function describeActions({ actions }: ServiceAccess): TrackedActionLastAccessed[] {
  return [...actions]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([action, { at, region, entity }]) => ({
      ActionName: action,
      LastAccessedEntity: entity.Arn,
      LastAccessedTime: new Date(at),
      LastAccessedRegion: region,
    }));
}
