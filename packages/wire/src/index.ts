export { ApiError } from './api-error.ts';
export type { RawRequest } from './raw-request.ts';
