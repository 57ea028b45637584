import { iamArn } from '../../arn.ts';
import type { ResourceReference } from '../../operation.ts';
import { findServerCertificate, storedServerCertificateArn } from '../entity.ts';
import { accountScope, askedRename, type From, plain, required, tagged } from './resource.ts';

const resourceType = 'server-certificate';

export function serverCertificateResource<Input>(name: From<Input>): ResourceReference<Input> {
  return {
    resourceType,
    async resolve(context, input) {
      const scope = accountScope(context);
      const asked = required(name(input));
      const row = await findServerCertificate(scope, asked);
      const askedArn = iamArn(scope.accountId, resourceType, '/', asked);
      if (row === undefined) return plain(scope, askedArn);
      const arn = storedServerCertificateArn(row);
      return { ...(await tagged(scope, arn, row.server_certificate_id)), askedArn };
    },
  };
}

/** A server certificate about to be uploaded. */
export function newServerCertificateResource<Input>(
  name: From<Input>,
  path: From<Input>,
): ResourceReference<Input> {
  return {
    resourceType,
    async resolve(context, input) {
      const scope = accountScope(context);
      const arn = iamArn(scope.accountId, resourceType, path(input) ?? '/', required(name(input)));
      return plain(scope, arn);
    },
  };
}

/** As it will be called: UpdateServerCertificate needs permission on both names (API reference). */
export function renamedServerCertificateResource<Input>(
  name: From<Input>,
  newPath: From<Input>,
  newName: From<Input>,
): ResourceReference<Input> {
  return {
    resourceType,
    async resolve(context, input) {
      const scope = accountScope(context);
      const asked = required(name(input));
      const row = await findServerCertificate(scope, asked);
      const arn = iamArn(
        scope.accountId,
        resourceType,
        newPath(input) ?? row?.path ?? '/',
        newName(input) ?? row?.name ?? asked,
      );
      if (row === undefined) return plain(scope, arn);
      const askedArn = askedRename(scope, resourceType, asked, newPath(input), newName(input));
      return { ...(await tagged(scope, arn, row.server_certificate_id)), askedArn };
    },
  };
}
