import type { Target } from './generated-file.ts';

export const apiModels: Target = { name: 'API models', files: async () => [] };
