export { ApiError } from './api-error.ts';
export type { PayloadMode } from './payload-mode.ts';
export type { RawRequest } from './raw-request.ts';
