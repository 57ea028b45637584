import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { constraintBroken, invalidParameter } from './error.ts';
import { functionArn, latestVersion } from './function-name.ts';
import type { FunctionRow } from './function-row.ts';

/** What Node.js is asked for; all of them run on the Node.js of the server. */
const runtimes: ReadonlySet<string> = new Set(['nodejs20.x', 'nodejs22.x', 'nodejs24.x']);
const maximumTimeout = 900;
const maximumMemorySize = 10_240;

export const defaults = { timeout: 3, memorySize: 128, architecture: 'x86_64' } as const;

type Settings = Omit<CreateFunctionRequest, 'FunctionName' | 'Role' | 'Code'> &
  Omit<UpdateFunctionConfigurationRequest, 'FunctionName'>;

/** What the model leaves open of the settings of a function, and what nothing here can do. */
export function checkSettings(input: Partial<Settings>): void {
  const { Runtime: runtime, Timeout: timeout, MemorySize: memorySize } = input;
  if (timeout !== undefined && timeout > maximumTimeout) {
    const bound = `have value less than or equal to ${maximumTimeout}`;
    throw constraintBroken(timeout, 'timeout', bound);
  }
  if (memorySize !== undefined && memorySize > maximumMemorySize) {
    const bound = `have value less than or equal to ${maximumMemorySize}`;
    throw constraintBroken(memorySize, 'memorySize', bound);
  }
  if (runtime !== undefined && !runtimes.has(runtime)) {
    const known = [...runtimes].join(', ');
    throw invalidParameter(
      `The runtime parameter of ${runtime} is not supported here; supported are ${known}.`,
    );
  }
  refuseUnsupported(input);
}

/** A setting that would change what a function is; one that asks for nothing is let pass. */
function refuseUnsupported(input: Partial<Settings>): void {
  const { VpcConfig: network, Architectures: architectures = [] } = input;
  const asked: Readonly<Record<string, boolean>> = {
    Architectures: architectures.length > 1,
    CapacityProviderConfig: input.CapacityProviderConfig !== undefined,
    CodeSigningConfigArn: isGiven(input.CodeSigningConfigArn),
    DeadLetterConfig: isGiven(input.DeadLetterConfig?.TargetArn),
    DurableConfig: input.DurableConfig !== undefined,
    EphemeralStorage: (input.EphemeralStorage?.Size ?? 512) !== 512,
    FileSystemConfigs: hasItems(input.FileSystemConfigs),
    ImageConfig: Object.keys(input.ImageConfig ?? {}).length > 0,
    KMSKeyArn: isGiven(input.KMSKeyArn),
    Layers: hasItems(input.Layers),
    LoggingConfig: (input.LoggingConfig?.LogFormat ?? 'Text') !== 'Text',
    PackageType: (input.PackageType ?? 'Zip') !== 'Zip',
    Publish: input.Publish === true,
    PublishTo: input.PublishTo !== undefined,
    SnapStart: (input.SnapStart?.ApplyOn ?? 'None') !== 'None',
    TenancyConfig: input.TenancyConfig !== undefined,
    TracingConfig: (input.TracingConfig?.Mode ?? 'PassThrough') !== 'PassThrough',
    VpcConfig: hasItems(network?.SubnetIds) || hasItems(network?.SecurityGroupIds),
  };
  const [first] = Object.entries(asked).filter(([, isAsked]) => isAsked);
  if (first !== undefined) throw notSupported(first[0]);
}

export function notSupported(member: string): Error {
  return invalidParameter(`What ${member} asks for is not supported here.`);
}

/** Both or neither: Node.js code in a zip cannot be without them. */
export function requireHandler(input: CreateFunctionRequest): { runtime: string; handler: string } {
  const { Runtime: runtime, Handler: handler } = input;
  if (runtime !== undefined && handler !== undefined) return { runtime, handler };
  throw invalidParameter(
    'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
  );
}

const isGiven = (text: string | undefined) => text !== undefined && text !== '';
const hasItems = (list: readonly unknown[] | undefined) => list !== undefined && list.length > 0;

/** A function as it is answered, without its variables. */
export function describeFunction(
  region: string,
  row: FunctionRow,
  qualifier?: string,
): FunctionConfiguration {
  const arn = functionArn(region, row.account_id, row.name);
  return {
    FunctionName: row.name,
    FunctionArn: qualifier === undefined ? arn : `${arn}:${qualifier}`,
    Runtime: row.runtime as FunctionConfiguration['Runtime'],
    Role: row.role_arn,
    Handler: row.handler,
    CodeSize: row.code_size,
    Description: row.description,
    Timeout: row.timeout,
    MemorySize: row.memory_size,
    LastModified: new Date(row.modified_at).toISOString().replace('Z', '+0000'),
    CodeSha256: row.code_sha256,
    Version: latestVersion,
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: row.revision_id,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [row.architecture as 'x86_64' | 'arm64'],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${row.name}` },
  };
}
