import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import createClient, { type Client } from 'openapi-fetch';

import type { components, paths } from './schema';

/** Every shape of the wire, by name. */
export type Schemas = components['schemas'];

/** The typed client of the studio's HTTP API. A failed request throws an `ApiError`. */
export type Api = Client<paths>;

/** A request that the server refused or could not answer; its message is a sentence for the user. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** A stable word for programs, such as `not_found`. */
    readonly reason: string,
    /** The HTTP status; 0 when the server could not be reached. */
    readonly status: number
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** Build the address of a path of the API, for links and images. */
export function apiUrl(settings: ServerConnection.ISettings, ...path: string[]): string {
  return URLExt.join(settings.baseUrl, 'mlstudio', ...path);
}

/**
 * Make a client that speaks through JupyterLab's own connection, so that token, cookies and base URL are right.
 */
export function createApi(settings: ServerConnection.ISettings): Api {
  return createClient<paths>({
    baseUrl: URLExt.join(settings.baseUrl, 'mlstudio'),
    fetch: request => send(request, settings)
  });
}

async function send(request: Request, settings: ServerConnection.ISettings): Promise<Response> {
  const method = request.method;
  const body = method === 'GET' || method === 'HEAD' ? undefined : await request.text();
  const headers = { 'Content-Type': 'application/json' };
  let response: Response;
  try {
    const init = { method, body, headers, signal: request.signal };
    response = await ServerConnection.makeRequest(request.url, init, settings);
  } catch (error) {
    if (request.signal.aborted) {
      throw error;
    }
    throw new ApiError('The Jupyter server does not answer.', 'unreachable', 0);
  }
  if (!response.ok) {
    throw await failure(response);
  }
  return response;
}

async function failure(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const told = JSON.parse(text) as Partial<Schemas['Failure']>;
    return new ApiError(
      told.message || response.statusText,
      told.reason || 'error',
      response.status
    );
  } catch {
    return new ApiError(response.statusText || 'The request failed.', 'error', response.status);
  }
}
