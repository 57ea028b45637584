import type {
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse,
} from '@aws-sdk/client-sts';
import { ApiError } from '@carnet/wire';
import { decodeAuthorizationMessage as decode } from '../authorization/authorization-message.ts';
import { operation } from '../operation.ts';

/** Why a call was denied to somebody of the caller's account; of other accounts nothing opens. */
export const decodeAuthorizationMessage = operation<
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse
>({
  authorization: { action: 'sts:DecodeAuthorizationMessage' },
  access: 'read',
  async run({ sealing, accountId }, { EncodedMessage: message = '' }) {
    const decoded = decode(sealing, accountId, message);
    if (decoded !== undefined) return { DecodedMessage: decoded };
    throw new ApiError('InvalidAuthorizationMessageException', 400, 'The message was invalid.');
  },
});
