import { foldAscii } from '../../match/fold-ascii.ts';
import {
  type Check,
  type CheckContext,
  EVERY_TYPE,
  eachStatement,
  type Found,
  found,
} from '../check.ts';
import { nearest } from '../nearest.ts';
import type { PlacedText } from '../policy-tree.ts';
import { readResourceEntry } from '../resource-entry.ts';
import { supportsAction } from '../resource-type.ts';

/** Entries of Action and NotAction. */
export const actionChecks: readonly Check[] = [
  {
    code: 'INVALID_SERVICE_IN_ACTION',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'no service has the prefix of an action',
    check: (context) => {
      const guesses = { left: MOST_GUESSES };
      return eachAction((value) => unknownService(value, context, guesses))(context);
    },
  },
  {
    code: 'INVALID_ACTION',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'the service has no action of that name, or none that fits the pattern',
    check: (context) => {
      const guesses = { left: MOST_GUESSES };
      return eachAction((value) => unknownAction(value, context, guesses))(context);
    },
  },
  {
    code: 'UNSUPPORTED_ACTION_IN_POLICY',
    findingType: 'ERROR',
    policyTypes: ['resource', 'trust'],
    meaning: 'the action is none of the resource that the policy hangs on',
    check: eachAction((value, context) => {
      const type = context.policyType === 'trust' ? 'trust' : context.resourceType;
      if (type === undefined || value.text === '*') return [];
      const actions = context.known.actions(value.text);
      if (actions === undefined || actions.length === 0) return [];
      if (actions.some((action) => supportsAction(type, action))) return [];
      const what = type === 'trust' ? 'a role trust policy' : `the policy of an \`${type}\``;
      const message = `the action \`${value.text}\` is not supported in ${what}`;
      return [found(value, message, 'name actions on the resource that the policy hangs on')];
    }),
  },
  {
    code: 'WILDCARD_IN_SERVICE_NAME',
    findingType: 'SUGGESTION',
    policyTypes: EVERY_TYPE,
    meaning: 'a wildcard in the name of a service takes in services to come',
    check: eachStatement(({ action, resource }) => [
      ...(action?.values ?? []).flatMap((value) => wildcardService(value, prefixOf(value.text))),
      ...(resource?.values ?? []).flatMap((value) =>
        wildcardService(value, readResourceEntry(value.text).service),
      ),
    ]),
  },
];

function eachAction(
  find: (value: PlacedText, context: CheckContext) => readonly Found[],
): Check['check'] {
  return eachStatement(({ action }, context) =>
    (action?.values ?? []).flatMap((value) => find(value, context)),
  );
}

/** How many names are guessed in one document: it is the one slow thing here. */
const MOST_GUESSES = 50;

function unknownService(
  value: PlacedText,
  { catalogue }: CheckContext,
  guesses: { left: number },
): Found[] {
  const prefix = prefixOf(value.text);
  if (prefix === undefined || /[*?$]/.test(prefix)) return [];
  if (catalogue.services.has(foldAscii(prefix))) return [];
  const names = guesses.left-- > 0 ? [...catalogue.services.keys()] : [];
  const meant = nearest(foldAscii(prefix), names);
  const message = `there is no service \`${prefix}\``;
  return [found(value, message, meant === undefined ? 'name a service' : `write \`${meant}\``)];
}

function unknownAction(
  value: PlacedText,
  { catalogue, known }: CheckContext,
  guesses: { left: number },
): Found[] {
  if (value.text === '*') return [];
  const prefix = prefixOf(value.text);
  if (prefix === undefined) return [noSuchAction(value, 'write `service:Action`')];
  const service = catalogue.services.get(foldAscii(prefix));
  if (service === undefined || known.actions(value.text)?.length !== 0) return [];
  const name = foldAscii(value.text.slice(prefix.length + 1));
  const guess = guesses.left-- > 0 ? nearest(name, [...service.actions.keys()]) : undefined;
  const meant = service.actions.get(guess ?? '');
  return [
    noSuchAction(
      value,
      meant === undefined ? `name an action of \`${prefix}\`` : `write \`${meant.name}\``,
    ),
  ];
}

function prefixOf(text: string): string | undefined {
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : text.slice(0, colon);
}

function noSuchAction(value: PlacedText, help: string): Found {
  return found(value, `the action \`${value.text}\` does not exist`, help);
}

/** A whole `*` means every service and is meant so. */
function wildcardService(value: PlacedText, service: string | undefined): Found[] {
  if (service === undefined || service === '*' || !/[*?]/.test(service)) return [];
  const message = `\`${service}\` takes in every service of a similar name`;
  return [found(value, message, 'write the names of the services in full')];
}
