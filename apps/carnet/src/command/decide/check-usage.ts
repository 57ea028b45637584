import { exitCode, Failure } from '../../failure.ts';
import type { DecideFlags } from '../decide.ts';
import type { QuestionFlags } from './question-of-flags.ts';

/** Each flag that tells a part of a question, as it is typed. */
const QUESTION_FLAGS: Readonly<Record<keyof QuestionFlags, string>> = {
  principal: '--principal',
  action: '--action',
  resource: '--resource',
  resourceAccount: '--resource-account',
  resourceMustAgree: '--resource-must-agree',
  context: '--context',
  identity: '--identity',
  resourcePolicy: '--resource-policy',
  trust: '--trust',
  boundary: '--boundary',
  session: '--session',
  scp: '--scp',
  rcp: '--rcp',
  vpcEndpoint: '--vpc-endpoint',
};

/** Fails when flags are given of which one would be passed over. */
export function checkUsage(files: readonly string[], flags: DecideFlags): void {
  const given = Object.entries(QUESTION_FLAGS)
    .filter(([field]) => Object.hasOwn(flags, field))
    .map(([, flag]) => `\`${flag}\``);
  if (files.length > 0 && given.length > 0) {
    throw usage({
      what: `${given.join(', ')} and files cannot be given together`,
      why: 'a question stands in a file or in flags: a file tells all of it',
      next: 'leave out the one or the other',
    });
  }
  if (!flags.check) return;
  if (flags.json) {
    throw usage({
      what: '`--check` and `--json` cannot be given together',
      why: '`--check` prints what is not as expected, in lines',
      next: 'leave out the one or the other',
    });
  }
  if (files.length === 0) {
    throw usage({
      what: '`--check` has nothing to compare with',
      why: 'what is expected stands in a file',
      next: 'name a file of questions',
    });
  }
}

function usage(reason: { what: string; why: string; next: string }): Failure {
  return new Failure({ ...reason, exitCode: exitCode.usage });
}
