import { deletionTaskId } from '../testing-world/service-linked-role.ts';
import type { AnswerCases } from './answer-case.ts';

export const serviceLinkedRoleAnswers: AnswerCases = {
  GetServiceLinkedRoleDeletionStatus: {
    input: () => ({ DeletionTaskId: deletionTaskId }),
    expect: { Status: 'FAILED', Reason: { Reason: 'in use in ACCOUNT' } },
  },
};
