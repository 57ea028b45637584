// Prints who the SDK for JavaScript is by its default chain, in the environment it finds.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const { Arn } = await new STSClient().send(new GetCallerIdentityCommand());
process.stdout.write(`${Arn}\n`);
