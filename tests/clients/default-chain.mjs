// Prints who the SDK for JavaScript is by its default chain, in the environment it finds; the word that
// it is given, if any, is the name of a profile.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const [, , profile] = process.argv;
const client = new STSClient(profile === undefined ? {} : { profile });
const { Arn } = await client.send(new GetCallerIdentityCommand());
process.stdout.write(`${Arn}\n`);
