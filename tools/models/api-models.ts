/**
 * The API models of wire: operations, members, wire names and errors out of the AWS SDK's runtime
 * schemas, constraints out of botocore's facts. Both are walked side by side from each operation;
 * botocore's names and order of members win, since that is the order AWS answers in.
 */
import { readFileSync } from 'node:fs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sts from '@aws-sdk/client-sts';
import type { OperationModel, ServiceModel } from '@carnet/wire';
import { type BotocoreFacts, lines, readFacts } from './botocore-facts.ts';
import { type GeneratedFile, type Target, textFile } from './generated-file.ts';
import { servedEc2Operations } from './served-ec2-operations.ts';
import { ShapeCollector } from './shape-collector.ts';

interface Source {
  readonly service: string;
  readonly protocol: ServiceModel['protocol'];
  readonly apiVersion: string;
  readonly xmlNamespace: string;
  readonly client: object;
  /** The operations whose shapes are taken; all unless told. */
  readonly only?: readonly string[];
}

const sources: readonly Source[] = [
  {
    service: 'iam',
    protocol: 'query',
    apiVersion: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    client: iam,
  },
  {
    service: 'sts',
    protocol: 'query',
    apiVersion: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    client: sts,
  },
  {
    service: 's3',
    protocol: 'rest-xml',
    apiVersion: '2006-03-01',
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    client: s3,
  },
  {
    service: 'ec2',
    protocol: 'ec2',
    apiVersion: '2016-11-15',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    client: ec2,
    only: servedEc2Operations,
  },
  {
    service: 'lambda',
    protocol: 'rest-json',
    apiVersion: '2015-03-31',
    xmlNamespace: '',
    client: lambda,
  },
];

export const apiModels: Target = {
  name: 'API models',
  async files() {
    return sources.map(generate);
  },
};

type HttpBinding = NonNullable<OperationModel['http']>;

/** `[9, namespace, name, traits, input, output]`, as the SDK lays operations out. */
type OperationSchema = readonly [9, string, string, object | number, unknown, unknown];
/** `[-3, namespace, name, traits, …]`. */
type ErrorSchema = readonly [-3, string, string, ErrorTraits, ...unknown[]];
interface ErrorTraits {
  readonly awsQueryError?: readonly [code: string, status: number];
  readonly httpError?: number;
  readonly error?: 'client' | 'server';
}

function generate(source: Source): GeneratedFile {
  const facts = readFacts(source.service);
  const schemas: (OperationSchema | ErrorSchema)[] = Object.values(source.client).filter(
    (one) => Array.isArray(one) && (one[0] === 9 || one[0] === -3),
  );
  const errorCodes = new Map<string, [code: string, status: number]>();
  for (const schema of schemas.filter((one) => one[0] === -3)) {
    // Not AWS's: the class that all of a client's exceptions extend.
    if (schema[1].startsWith('smithy.ts.sdk.synthetic')) continue;
    const [, , name, { awsQueryError, httpError, error }] = schema;
    const status = awsQueryError?.[1] ?? httpError ?? (error === 'server' ? 500 : 400);
    errorCodes.set(name, [awsQueryError?.[0] ?? name, status]);
  }
  const collector = new ShapeCollector(facts, source.client);
  const operations = new Map<string, OperationModel>();
  const namesAlone: string[] = [];
  for (const schema of schemas.filter((one) => one[0] === 9)) {
    const [, , name] = schema;
    if (source.only?.includes(name) ?? true) {
      operations.set(name, operationOf(source, schema, facts, collector, errorCodes));
    } else namesAlone.push(name);
  }
  const head = {
    service: source.service,
    protocol: source.protocol,
    apiVersion: source.apiVersion,
    xmlNamespace: source.xmlNamespace,
    sources: {
      [`@aws-sdk/client-${source.service}`]: sdkVersion(source.service),
      [`botocore ${facts.botocore} ${facts.source}`]: facts.sha256,
    },
    operationsWithoutConstraints: [...operations.keys()]
      .filter((name) => !Object.hasOwn(facts.operations, name))
      .sort(),
    operationsWithoutShapes: source.only && namesAlone.sort(),
  };
  const text = [
    JSON.stringify(head).slice(0, -1),
    `"errors":${lines(sorted(errorCodes.values()), (status) => status)}`,
    `"operations":${lines(sorted(operations), (operation) => operation)}`,
    `"shapes":${lines(sorted(collector.shapes), (shape) => shape)}}`,
  ].join(',\n');
  return textFile(`packages/wire/src/generated/${source.service}.json`, `${text}\n`);
}

function operationOf(
  { protocol }: Source,
  [, , name, traits, input, output]: OperationSchema,
  facts: BotocoreFacts,
  collector: ShapeCollector,
  errorCodes: ReadonlyMap<string, [code: string, status: number]>,
): OperationModel {
  const known = Object.hasOwn(facts.operations, name) ? facts.operations[name] : undefined;
  if (known?.resultWrapper !== undefined && known.resultWrapper !== `${name}Result`) {
    throw new Error(`${name} answers with ${known.resultWrapper}: the model has no place for it`);
  }
  const inputShape = collector.structure(input, known?.input);
  return {
    input: inputShape,
    output: collector.structure(output, known?.output),
    errors: (known?.errors ?? []).map((error) => errorCodes.get(error)?.[0] ?? error),
    http: httpBinding(protocol, name, traits, inputShape, collector),
  };
}

/** The SDK's path carries no bucket (its endpoint does), and an `x-id` that AWS ignores. */
function httpBinding(
  protocol: ServiceModel['protocol'],
  operation: string,
  traits: object | number,
  inputShape: string | undefined,
  collector: ShapeCollector,
): OperationModel['http'] {
  if (typeof traits !== 'object' || !('http' in traits)) return undefined;
  const [method, uri, status] = traits.http as [string, string, number];
  const [path = '/', query = ''] = uri.split('?');
  const place = protocol === 'rest-xml' ? placeInBucket(path, inputShape, collector) : undefined;
  return {
    method,
    ...(place ?? { path, target: 'service' }),
    query: query
      .split('&')
      .filter((parameter) => parameter !== '' && !parameter.startsWith('x-id='))
      .map((parameter): [string, string] => {
        const [parameterName = '', value = ''] = parameter.split('=');
        return [parameterName, value];
      }),
    status: answeredStatus[operation] ?? status,
  };
}

function placeInBucket(
  path: string,
  inputShape: string | undefined,
  collector: ShapeCollector,
): Pick<HttpBinding, 'path' | 'target'> {
  const shape = inputShape === undefined ? undefined : collector.shapes.get(inputShape);
  const hasBucket = shape?.type === 'structure' && shape.members.Bucket?.location === 'label';
  if (path === '/{Key+}') return { path: '/', target: 'key' };
  return { path, target: hasBucket ? 'bucket' : 'service' };
}

/** Where AWS answers otherwise than its model says. Source: S3 API reference, PutBucketPolicy. */
const answeredStatus: Readonly<Record<string, number>> = { PutBucketPolicy: 204 };

function sdkVersion(service: string): string {
  const entry = import.meta.resolve(`@aws-sdk/client-${service}`);
  const root = entry.slice(0, entry.lastIndexOf('/dist-'));
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL(`${root}/package.json`), 'utf8'),
  );
  return manifest.version;
}

function sorted<Value>(entries: Iterable<[string, Value]>): Record<string, Value> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
