/** Forms that are signed and cannot be read: wrong types, names that come twice, false lists. */
import type { ServiceModel, Shape } from '@carnet/wire';
import type { Parameter } from '../query-call.ts';

export interface MalformedForm {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly code: string;
  readonly message: string;
}

/** What can be malformed in a call of the operation whose parameters are `sample`. */
export function malformedForms(
  model: ServiceModel,
  operation: string,
  sample: readonly Parameter[],
): MalformedForm[] {
  const shape = model.shapes[model.operations[operation]?.input ?? ''];
  if (shape?.type !== 'structure') return [twice(operation, sample)];
  const members = Object.entries(shape.members).flatMap(([name, member]) => {
    const others = sample.filter(([other]) => other !== name && !other.startsWith(`${name}.`));
    const memberShape = model.shapes[member.shape];
    const wrong = memberShape === undefined ? [] : ofMember(model, name, memberShape);
    return wrong.map(({ name: what, parameters, message }) => ({
      name: `${name} ${what}`,
      parameters: [...others, ...parameters],
      code: 'MalformedInput',
      message,
    }));
  });
  return [twice(operation, sample), ...members];
}

function twice(operation: string, sample: readonly Parameter[]): MalformedForm {
  const [again] = sample;
  const added: readonly Parameter[] = again ? [[again[0], 'other']] : [['Action', operation]];
  const name = added[0]?.[0] ?? '';
  return {
    name: `${name} twice`,
    parameters: [...sample, ...added],
    code: 'MalformedQueryString',
    message: `The query string is malformed: the parameter \`${name}\` comes twice`,
  };
}

type Wrong = Omit<MalformedForm, 'code'>;

const wrong = (name: string, message: string, ...parameters: Parameter[]): Wrong => ({
  name,
  parameters,
  message,
});

function ofMember(model: ServiceModel, name: string, shape: Shape): Wrong[] {
  const folded = wrong(
    'in another case',
    `\`${name.toLowerCase()}\` differs from a known parameter in case alone`,
    [name.toLowerCase(), 'x'],
  );
  return [folded, ...ofShape(model, name, shape)];
}

function ofShape(model: ServiceModel, name: string, shape: Shape): Wrong[] {
  switch (shape.type) {
    case 'integer':
    case 'boolean':
    case 'timestamp':
      return ['abc', '', '1.5', '9'.repeat(40)].map((value) =>
        wrong(`is '${value}'`, `\`${name}\` is no valid ${shape.type}`, [name, value]),
      );
    case 'string':
      return [
        wrong('is a structure', `\`${name}\` is a value, not a structure`, [
          `${name}.member.1`,
          'x',
        ]),
      ];
    case 'list':
      return ofList(model, name, shape.member.shape);
    case 'structure':
      return [wrong('is a value', `\`${name}\` is a structure, not a value`, [name, 'x'])];
    case 'map':
      return [wrong('is a value', `\`${name}\` is a list, not a value`, [name, 'x'])];
    default:
      throw new Error(`no malformed ${shape.type} is known`);
  }
}

function ofList(model: ServiceModel, name: string, itemShape: string): Wrong[] {
  const isSimple = model.shapes[itemShape]?.type === 'string';
  const item = isSimple ? 'x' : undefined;
  const numbered = (index: string): Parameter =>
    item ? [`${name}.member.${index}`, item] : [`${name}.member.${index}.Key`, 'x'];
  return [
    wrong('is a value', `\`${name}\` is a list, not a value`, [name, 'x']),
    wrong('has no numbers', `\`${name}\` is a list: \`${name}.member.1\``, [`${name}.x`, 'x']),
    ...['0', '01', '-1', 'a', '10001'].map((index) =>
      wrong(
        `has an item ${index}`,
        `\`${name}.member\` has an item whose number is none from 1 to 10000`,
        numbered(index),
      ),
    ),
  ];
}
