import type { ResourceReference } from '../../operation.ts';
import { readTags } from '../entity.ts';
import { findPolicySource } from '../simulation/policy-source.ts';
import { accountScope, type From, plain, required } from './resource.ts';

/** The user, group or role whose policies are read; the catalogue's other types are resolved too. */
export function policySourceResource<Input>(sourceArn: From<Input>): ResourceReference<Input> {
  return {
    resourceType: 'user',
    async resolve(context, input) {
      const scope = accountScope(context);
      const askedArn = required(sourceArn(input));
      const source = await findPolicySource(scope, askedArn);
      if (source === undefined) return plain(scope, askedArn);
      const resource = { ...plain(scope, source.arn), askedArn };
      if (source.kind === 'group') return resource;
      return { ...resource, tags: await readTags(scope, source.id) };
    },
  };
}
