export { ApiError, apiUrl, createApi, type Api, type Schemas } from './client';
export { changes, type Changed } from './events';
