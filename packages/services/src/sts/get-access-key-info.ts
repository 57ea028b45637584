import type { GetAccessKeyInfoRequest, GetAccessKeyInfoResponse } from '@aws-sdk/client-sts';
import { accountIdOfAccessKey } from '@carnet/store';
import { validationError } from '../iam/error.ts';
import { operation } from '../operation.ts';

/**
 * The account of a key id, long-term or temporary. It stands in the id itself: whether there is such a
 * key, or such an account, is not told. Source: "GetAccessKeyInfo", AWS STS API reference.
 */
export const getAccessKeyInfo = operation<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse>({
  authorization: { action: 'sts:GetAccessKeyInfo' },
  access: 'read',
  async run(_context, { AccessKeyId: accessKeyId = '' }) {
    const isOfKey = /^(?:AKIA|ASIA)/.test(accessKeyId);
    const account = isOfKey ? accountIdOfAccessKey(accessKeyId) : undefined;
    if (account === undefined) throw validationError('The access key ID is not valid.');
    return { Account: account };
  },
});
