import type { ServiceModel } from '@carnet/wire';
import { formsOf } from '../matrix/form.ts';
import { type Answer, openConnection } from '../matrix/raw-call.ts';
import { type Draft, sign } from '../matrix/signer.ts';
import type { Credentials } from '../started-server.ts';

export type Parameter = readonly [name: string, value: string];

/** Sends parameters as a form, signed as a client signs; the message comes without XML's escapes. */
export interface QueryCaller {
  send(operation: string, parameters: readonly Parameter[]): Promise<Answer>;
  close(): void;
}

const versions = { iam: '2010-05-08', sts: '2011-06-15' } as const;

export function openQueryCaller(
  endpoint: string,
  credentials: Credentials,
  service: 'iam' | 'sts' = 'iam',
): QueryCaller {
  const connection = openConnection(endpoint);
  const { host } = new URL(endpoint);
  const form = formsOf(service)[0];
  if (form === undefined) throw new Error(`no form of ${service}`);
  return {
    async send(operation, parameters) {
      const all: readonly Parameter[] = [
        ['Action', operation],
        ['Version', versions[service]],
        ...parameters,
      ];
      const draft: Draft = {
        method: 'POST',
        path: '/',
        query: [],
        headers: [['content-type', 'application/x-www-form-urlencoded']],
        body: Buffer.from(all.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')),
      };
      const time = Date.now();
      const answer = await connection.send(sign(draft, { form, credentials, service, host, time }));
      const { message } = answer;
      return message === undefined ? answer : { ...answer, message: unescapeXml(message) };
    },
    close: () => connection.close(),
  };
}

/** An input as the parameters of the query protocol. */
export function parametersOf(model: ServiceModel, operation: string, input: object): Parameter[] {
  const shape = model.operations[operation]?.input;
  if (shape === undefined) return [];
  return ofValue(model, shape, input, '');
}

function ofValue(model: ServiceModel, name: string, value: unknown, path: string): Parameter[] {
  const shape = model.shapes[name];
  if (shape?.type === 'structure') {
    const prefix = path === '' ? '' : `${path}.`;
    return Object.entries(value as object).flatMap(([member, one]) => {
      const memberShape = shape.members[member]?.shape;
      if (memberShape === undefined) throw new Error(`${name} has no member ${member}`);
      return ofValue(model, memberShape, one, prefix + member);
    });
  }
  if (shape?.type === 'list') {
    const items = value as unknown[];
    if (items.length === 0) return [[path, '']];
    return items.flatMap((item, at) =>
      ofValue(model, shape.member.shape, item, `${path}.member.${at + 1}`),
    );
  }
  if (shape?.type === 'map') {
    return Object.entries(value as object).flatMap(([key, one], at) => [
      [`${path}.entry.${at + 1}.key`, key] as const,
      ...ofValue(model, shape.value.shape, one, `${path}.entry.${at + 1}.value`),
    ]);
  }
  return [[path, String(value)]];
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

const unescapeXml = (text: string) =>
  text.replaceAll(/&(?:lt|gt|quot|apos|amp);/g, (entity) => entities[entity] ?? entity);
