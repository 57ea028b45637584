/**
 * The facts of botocore's `service-2.json` (Apache-2.0) that the SDK's schemas lack: lengths,
 * ranges, patterns, enumerations, the errors of each operation. No documentation is taken. They are
 * committed under `tools/facts/generated/`, so that generation needs no Python;
 * `node tools/generate.ts --botocore <site-packages/botocore>` renews them.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface BotocoreFacts {
  /** The version of botocore. */
  readonly botocore: string;
  /** The file that was read, below botocore's folder. */
  readonly source: string;
  /** SHA-256 of that file, uncompressed. */
  readonly sha256: string;
  readonly operations: Readonly<Record<string, OperationFacts>>;
  readonly shapes: Readonly<Record<string, ShapeFacts>>;
}

export interface OperationFacts {
  readonly input?: string;
  readonly output?: string;
  readonly resultWrapper?: string;
  /** Names of error shapes. */
  readonly errors?: readonly string[];
}

export interface ShapeFacts {
  readonly type: string;
  /** Names of shapes by the names of members. */
  readonly members?: Readonly<Record<string, string>>;
  readonly required?: readonly string[];
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: true;
}

const sources: Readonly<Record<string, string>> = {
  iam: 'data/iam/2010-05-08/service-2.json.gz',
  sts: 'data/sts/2011-06-15/service-2.json.gz',
  s3: 'data/s3/2006-03-01/service-2.json.gz',
};
const folder = new URL('../facts/generated/', import.meta.url);

/** The committed facts of a service. */
export function readFacts(service: string): BotocoreFacts {
  return JSON.parse(readFileSync(new URL(`${service}.json`, folder), 'utf8'));
}

/** Writes the facts of every service anew, from an installed botocore. */
export async function extractFacts(botocoreFolder: string): Promise<void> {
  const init = readFileSync(join(botocoreFolder, '__init__.py'), 'utf8');
  const version = /__version__ = '([^']+)'/.exec(init)?.[1];
  if (version === undefined) throw new Error(`no version in ${botocoreFolder}`);
  await mkdir(folder, { recursive: true });
  for (const [service, source] of Object.entries(sources)) {
    const bytes = gunzipSync(readFileSync(join(botocoreFolder, source)));
    const model: BotocoreModel = JSON.parse(bytes.toString('utf8'));
    const head = {
      botocore: version,
      source,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
    const text = [
      JSON.stringify(head).slice(0, -1),
      `"operations":${lines(model.operations, operationFacts)}`,
      `"shapes":${lines(model.shapes, shapeFacts)}}`,
    ].join(',\n');
    await writeFile(new URL(`${service}.json`, folder), `${text}\n`);
  }
}

/** An object with one property on a line. */
export function lines<Value>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => unknown,
): string {
  const properties = Object.entries(record).map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(map(value))}`,
  );
  return `{\n${properties.join(',\n')}\n}`;
}

interface Reference {
  readonly shape: string;
  readonly resultWrapper?: string;
}
interface BotocoreOperation {
  readonly input?: Reference;
  readonly output?: Reference;
  readonly errors?: readonly Reference[];
}
interface BotocoreShape extends Omit<ShapeFacts, 'members' | 'member' | 'key' | 'value'> {
  readonly members?: Readonly<Record<string, Reference>>;
  readonly member?: Reference;
  readonly key?: Reference;
  readonly value?: Reference;
}
interface BotocoreModel {
  readonly operations: Readonly<Record<string, BotocoreOperation>>;
  readonly shapes: Readonly<Record<string, BotocoreShape>>;
}

function operationFacts({ input, output, errors }: BotocoreOperation): OperationFacts {
  return {
    input: input?.shape,
    output: output?.shape,
    resultWrapper: output?.resultWrapper,
    errors: errors?.map((error) => error.shape),
  };
}

function shapeFacts(shape: BotocoreShape): ShapeFacts {
  const members = Object.entries(shape.members ?? {}).map(([name, to]) => [name, to.shape]);
  return {
    type: shape.type,
    members: shape.members === undefined ? undefined : Object.fromEntries(members),
    required: shape.required,
    member: shape.member?.shape,
    key: shape.key?.shape,
    value: shape.value?.shape,
    min: shape.min,
    max: shape.max,
    pattern: shape.pattern,
    enum: shape.enum,
    sensitive: shape.sensitive,
  };
}
