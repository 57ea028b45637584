/**
 * A process that writes to a server as fast as it answers, in several lanes at once, and says what it
 * begins and what was acknowledged. Told of a round on stdin, it writes until that server is gone.
 *
 *     node writer.ts NAME
 */
import { createInterface } from 'node:readline';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { objectLane } from './object-lane.ts';
import { uploadLane } from './upload-lane.ts';
import { bucketPolicyLane, userLane } from './user-lane.ts';
import type { Line, Round, Step } from './write.ts';

const [name = ''] = process.argv.slice(2);

function say(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function run(lane: string, steps: AsyncGenerator<Step>): Promise<void> {
  for await (const step of steps) {
    const { operation, effects } = step;
    say({ lane, begun: { operation, effects } });
    try {
      const { $metadata } = await step.send();
      const done = $metadata.requestId ?? '';
      say({ lane, done, effects: { ...effects, ...step.learnt?.() } });
    } catch (error) {
      // Without an answer nobody knows, and a server that is unable says nothing else; any other
      // refusal is what must not be.
      if (isAnswer(error) && error.name !== 'ServiceUnavailable')
        say({ lane, refused: `${operation}: ${error}` });
      return;
    }
  }
}

function isAnswer(error: unknown): error is Error {
  if (error instanceof S3ServiceException) return true;
  return error instanceof Error && '$response' in error && '$fault' in error;
}

for await (const text of createInterface({ input: process.stdin })) {
  const { number, endpoint, credentials } = JSON.parse(text) as Round;
  const settings = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  const iam = new IAMClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await Promise.all([
    run(`${name}u`, userLane(iam, `${name}u`, number)),
    run(`${name}o`, objectLane(s3, `${name}o`, number)),
    run(`${name}m`, uploadLane(s3, `${name}m`, number)),
    ...(name === 'a' ? [run('policy', bucketPolicyLane(s3, number))] : []),
  ]);
  iam.destroy();
  s3.destroy();
  say({ ended: true });
}
