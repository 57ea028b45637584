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
import { servedEc2Operations } from './served-ec2-operations.ts';

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

interface Source {
  readonly path: string;
  /** The operations whose facts are taken; all unless told. */
  readonly only?: readonly string[];
}

const sources: Readonly<Record<string, Source>> = {
  iam: { path: 'data/iam/2010-05-08/service-2.json.gz' },
  sts: { path: 'data/sts/2011-06-15/service-2.json.gz' },
  s3: { path: 'data/s3/2006-03-01/service-2.json.gz' },
  ec2: { path: 'data/ec2/2016-11-15/service-2.json.gz', only: servedEc2Operations },
  lambda: { path: 'data/lambda/2015-03-31/service-2.json.gz' },
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
  for (const [service, { path, only }] of Object.entries(sources)) {
    const bytes = gunzipSync(readFileSync(join(botocoreFolder, path)));
    const whole: BotocoreModel = JSON.parse(bytes.toString('utf8'));
    const model = only === undefined ? whole : onlyOf(whole, only);
    const head = {
      botocore: version,
      source: path,
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

/** These operations, and the shapes that are reached from them. */
function onlyOf(model: BotocoreModel, operations: readonly string[]): BotocoreModel {
  const kept = Object.entries(model.operations).filter(([name]) => operations.includes(name));
  const reached = new Set<string>();
  const reach = (reference: Reference | undefined) => {
    if (reference === undefined || reached.has(reference.shape)) return;
    reached.add(reference.shape);
    const { members = {}, member, key, value } = model.shapes[reference.shape] ?? {};
    for (const next of [...Object.values(members), member, key, value]) reach(next);
  };
  for (const [, { input, output, errors = [] }] of kept) [input, output, ...errors].forEach(reach);
  const shapes = Object.entries(model.shapes).filter(([name]) => reached.has(name));
  return { operations: Object.fromEntries(kept), shapes: Object.fromEntries(shapes) };
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
