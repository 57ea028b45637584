import { foldAscii } from '../../match/fold-ascii.ts';
import {
  type Check,
  EVERY_TYPE,
  eachConditionOf,
  eachStatement,
  type Found,
  found,
} from '../check.ts';
import { asksFor, failsWithoutKey, isKey } from '../condition-facts.ts';
import type { PlacedText, StatementTree } from '../policy-tree.ts';

/** They say on whose behalf a service calls. */
const SOURCE_KEYS = ['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths'];
/** They were used for it before there were better ones. */
const OLD_SOURCE_KEYS = ['aws:referer', 'aws:sourceowner', 'aws:useragent', 'aws:sourceip'];
/** A service principal has no account, no organization and no tags. */
const CALLER_KEYS = [
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principaltag/',
  'aws:username',
];
const SERVICE_KEYS = [
  'aws:calledvia',
  'aws:calledviafirst',
  'aws:calledvialast',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'iam:passedtoservice',
  'iam:awsservicename',
];

/** Principals that are services. */
export const servicePrincipalChecks: readonly Check[] = [
  {
    code: 'INVALID_SERVICE_PRINCIPAL_FORMAT',
    findingType: 'ERROR',
    policyTypes: EVERY_TYPE,
    meaning: 'a value that has to be a service principal has another form',
    check: eachStatement(({ principal, conditions }) => [
      ...(principal?.entries ?? [])
        .filter(({ type, text }) => type === 'Service' && !/[*?]/.test(text))
        .flatMap((entry) => wrongService(entry, SERVICE_PRINCIPAL, 'service-name.amazonaws.com')),
      ...conditions.flatMap((condition) => {
        if (condition.facts?.family !== 'string') return [];
        const isRegional = isKey(condition, 'kms:viaservice');
        if (!isRegional && !isKey(condition, ...SERVICE_KEYS)) return [];
        const form = isRegional ? VIA_SERVICE : SERVICE_PRINCIPAL;
        const shown = isRegional
          ? 'service-name.region.amazonaws.com'
          : 'service-name.amazonaws.com';
        return condition.values.flatMap((value) => wrongService(value, form, shown));
      }),
    ]),
  },
  {
    code: 'RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL',
    findingType: 'SECURITY_WARNING',
    policyTypes: ['resource'],
    meaning: 'a service is let in on whosever behalf it calls (the confused deputy)',
    check: eachStatement((statement) => {
      if (asksFor(statement, ...SOURCE_KEYS, ...OLD_SOURCE_KEYS)) return [];
      return servicesOf(statement).map((entry) => {
        const message = `\`${entry.text}\` is let in on whosever behalf it calls`;
        return found(entry, message, 'add a condition on `aws:SourceArn` or `aws:SourceAccount`');
      });
    }),
  },
  {
    code: 'RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL',
    findingType: 'SUGGESTION',
    policyTypes: ['resource'],
    meaning: 'another key than those of the source restricts a service',
    check: eachConditionOf(
      (statement) => (asksFor(statement, ...SOURCE_KEYS) ? undefined : servicesOf(statement)[0]),
      (condition, service) => {
        if (!isKey(condition, ...OLD_SOURCE_KEYS)) return [];
        const message = `\`${condition.key}\` is not the key that restricts \`${service.text}\``;
        const help =
          'use `aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOrgID` or `aws:SourceOrgPaths`';
        return [found(condition, message, help)];
      },
    ),
  },
  {
    code: 'UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL',
    findingType: 'ERROR',
    policyTypes: ['resource', 'trust', 'vpcEndpoint'],
    meaning: 'a service principal never carries the key that is asked for',
    check: eachConditionOf(
      (statement) => {
        const services = servicesOf(statement);
        const isAll = services.length === statement.principal?.entries.length;
        return isAll && services.length > 0 ? services : undefined;
      },
      (condition, services): Found[] => {
        if (!failsWithoutKey(condition) || !isKey(condition, ...CALLER_KEYS)) return [];
        if (isKey(condition, 'aws:principaltag/') && services.every(isRolesAnywhere)) return [];
        const message = `a service principal does not carry \`${condition.key}\``;
        return [found(condition, message, 'remove the key, or use `aws:SourceOrgID`')];
      },
    ),
  },
];

const SERVICE_PRINCIPAL =
  /^(?:[a-z0-9-]+\.)+(?:amazonaws\.(?:com(?:\.cn)?|eu)|amazon\.com|aws\.internal)$/;
const VIA_SERVICE = /^[a-z0-9-]+\.[a-z0-9-]+\.amazonaws\.(?:com(?:\.cn)?|eu)$/;

/** A value with wildcards or variables may turn out to be one. */
function wrongService(value: PlacedText, form: RegExp, shown: string): Found[] {
  if (/[*?$]/.test(value.text) || form.test(value.text)) return [];
  const message = `\`${value.text}\` is no service principal`;
  return [found(value, message, `write it as \`${shown}\`, in lower case`)];
}

/** It calls with what stands in a certificate: `aws:PrincipalTag/x509Subject/CN`. */
function isRolesAnywhere({ text }: PlacedText): boolean {
  return text.startsWith('rolesanywhere.');
}

function servicesOf({ effect, principal }: StatementTree): readonly PlacedText[] {
  if (effect !== 'Allow' || principal?.negated !== false) return [];
  return principal.entries.filter(
    ({ type, text }) => type === 'Service' && foldAscii(text) !== '*',
  );
}
