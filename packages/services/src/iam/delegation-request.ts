import type {
  AcceptDelegationRequestRequest,
  AssociateDelegationRequestRequest,
  GetDelegationRequestRequest,
  GetDelegationRequestResponse,
  ListDelegationRequestsRequest,
  ListDelegationRequestsResponse,
  RejectDelegationRequestRequest,
  UpdateDelegationRequestRequest,
} from '@aws-sdk/client-iam';
import { type OperationTable, operation } from '../operation.ts';
import { noSuchEntity } from './error.ts';
import type { EmptyOutput } from './output.ts';
import { pageOfList } from './pagination.ts';
import { delegationRequestResource } from './resource/delegation-request.ts';

/**
 * Delegation requests are made by partners that AWS has registered. None is here, so no request
 * exists: whoever may ask is told so.
 */
export const associateDelegationRequest = operation<AssociateDelegationRequestRequest, EmptyOutput>(
  {
    authorization: {
      action: 'iam:AssociateDelegationRequest',
      resource: delegationRequestResource((input) => input.DelegationRequestId),
    },
    access: 'write',
    run: cannotBeFound,
  },
);

export const getDelegationRequest = operation<
  GetDelegationRequestRequest,
  GetDelegationRequestResponse
>({
  authorization: {
    action: 'iam:GetDelegationRequest',
    resource: delegationRequestResource((input) => input.DelegationRequestId),
  },
  access: 'read',
  run: cannotBeFound,
});

export const listDelegationRequests = operation<
  ListDelegationRequestsRequest,
  ListDelegationRequestsResponse
>({
  authorization: {
    action: 'iam:ListDelegationRequests',
    conditionKeys: { 'iam:DelegationRequestOwner': (input) => input.OwnerId },
  },
  access: 'read',
  async run(context, input) {
    const { IsTruncated } = pageOfList(context, 'ListDelegationRequests', input, []);
    return { DelegationRequests: [], isTruncated: IsTruncated };
  },
});

export const updateDelegationRequest = operation<UpdateDelegationRequestRequest, EmptyOutput>({
  authorization: {
    action: 'iam:UpdateDelegationRequest',
    resource: delegationRequestResource((input) => input.DelegationRequestId),
  },
  access: 'write',
  run: cannotBeFound,
});

export const acceptDelegationRequest = operation<AcceptDelegationRequestRequest, EmptyOutput>({
  authorization: {
    action: 'iam:AcceptDelegationRequest',
    resource: delegationRequestResource((input) => input.DelegationRequestId),
  },
  access: 'write',
  run: cannotBeFound,
});

export const rejectDelegationRequest = operation<RejectDelegationRequestRequest, EmptyOutput>({
  authorization: {
    action: 'iam:RejectDelegationRequest',
    resource: delegationRequestResource((input) => input.DelegationRequestId),
  },
  access: 'write',
  run: cannotBeFound,
});

export const delegationRequestOperations: OperationTable = {
  AcceptDelegationRequest: acceptDelegationRequest,
  AssociateDelegationRequest: associateDelegationRequest,
  GetDelegationRequest: getDelegationRequest,
  ListDelegationRequests: listDelegationRequests,
  RejectDelegationRequest: rejectDelegationRequest,
  UpdateDelegationRequest: updateDelegationRequest,
};

async function cannotBeFound(
  _context: unknown,
  input: { readonly DelegationRequestId: string | undefined },
): Promise<never> {
  throw noSuchEntity(
    `The delegation request with id ${input.DelegationRequestId} cannot be found.`,
  );
}
