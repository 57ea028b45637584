import { type Decision, type DecisionCase, denialMessage } from '@carnet/policy';

/** What the denied caller reads; S3 quotes the resource. */
export function deniedSentence({ request }: DecisionCase, decision: Decision): string {
  const quoteResource = request.action.toLowerCase().startsWith('s3:');
  return denialMessage(request, decision, { quoteResource });
}
