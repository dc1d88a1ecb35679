import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { messageOf } from '../ui';

/** One request that was tried in the view, and what came of it. */
export interface IAttempt {
  /** When it was sent, in milliseconds. */
  readonly at: number;
  /** What was sent. */
  readonly body: string;
  /** How long the answer took, there and back, in milliseconds. */
  readonly took: number;
  /** The status of the answer; 0 if there was none. */
  readonly status: number;
  /** The answer as JSON; undefined if it failed. */
  readonly answer: unknown;
  /** What the request was refused with, as a sentence; null if it was not. */
  readonly problem: string | null;
}

/** Send a body to an endpoint, by its path below the Jupyter server's base URL; never throws. */
export async function predict(
  settings: ServerConnection.ISettings,
  path: string,
  body: string
): Promise<IAttempt> {
  const at = Date.now();
  const begun = performance.now();
  const made = (status: number, answer: unknown, problem: string | null): IAttempt => ({
    at,
    body,
    took: performance.now() - begun,
    status,
    answer,
    problem
  });
  try {
    const url = URLExt.join(settings.baseUrl, path);
    const init: RequestInit = {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
      cache: 'default' // else JupyterLab adds the time to the address, and the endpoint refuses what it does not know
    };
    const response = await ServerConnection.makeRequest(url, init, settings);
    const text = await response.text();
    return response.ok
      ? made(response.status, JSON.parse(text), null)
      : made(response.status, undefined, refusal(text, response.statusText));
  } catch (error) {
    return made(0, undefined, messageOf(error));
  }
}

/** Take the sentence out of a refusal, whether the studio or the endpoint wrote it. */
export function refusal(text: string, otherwise: string): string {
  try {
    const told: unknown = JSON.parse(text);
    if (typeof told === 'object' && told !== null) {
      const { message, error } = told as Record<string, unknown>;
      return [message, error].find(isSentence) ?? otherwise;
    }
  } catch {
    return text || otherwise;
  }
  return otherwise;
}

function isSentence(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
