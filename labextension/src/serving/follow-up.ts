import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Schemas } from '../api';
import type { IStudio } from '../tokens';
import { messageOf } from '../ui';
import type { Endpoint } from './model';

const PATIENCE = 5 * 60_000;
const RECHECK = 2_000;

/** What telling how a deployment goes needs of the rest. */
export interface IFollowContext {
  readonly studio: IStudio;
  readonly trans: TranslationBundle;
  /** Shows an endpoint in the main area. */
  readonly open: (endpointId: string) => void;
  /** Tells the user about a failure. */
  readonly fail: (error: unknown) => void;
}

/** Show a notification until the newest deployment of an endpoint answers, or has failed to. */
export function follow(context: IFollowContext, endpoint: Endpoint | undefined): void {
  const deployment = endpoint?.rolling_to ?? endpoint?.deployments[0];
  if (!endpoint || !deployment) {
    return;
  }
  const { trans, open } = context;
  const actions = [{ label: trans.__('Open'), callback: () => open(endpoint.id) }];
  const { name } = endpoint;
  Notification.promise(settled(context.studio, endpoint.id, deployment, trans), {
    pending: {
      message: trans.__('Loading %1 behind %2…', deployment.label, name),
      options: { actions, autoClose: false }
    },
    success: {
      message: () => trans.__('%1 answers with %2.', name, deployment.label),
      options: { actions, autoClose: 8000 }
    },
    error: { message: messageOf, options: { actions, autoClose: false } }
  });
}

/** Wait until a deployment answers; throws what the server says if it will not. */
async function settled(
  studio: IStudio,
  id: string,
  deployment: Schemas['Deployment'],
  trans: TranslationBundle
): Promise<null> {
  const until = Date.now() + PATIENCE;
  while (Date.now() < until) {
    const { data } = await studio.api.GET('/serving/endpoints/{id}', { params: { path: { id } } });
    const outcome = outcomeOf(data?.endpoint, deployment.number);
    if (outcome === 'ready') {
      return null;
    }
    if (outcome === 'failed') {
      throw new Error(
        data?.endpoint.message || trans.__('%1 could not be loaded.', deployment.label)
      );
    }
    await changeOf(studio, id);
  }
  throw new Error(trans.__('%1 is still being loaded.', deployment.label));
}

/** Say what has become of a deployment, whichever part of the traffic it was to get. */
export function outcomeOf(
  endpoint: Endpoint | undefined,
  number: number
): 'ready' | 'failed' | 'waiting' {
  if (!endpoint || endpoint.state === 'failed' || endpoint.state === 'stopped') {
    return 'failed';
  }
  if (endpoint.state === 'starting' || endpoint.rolling_to?.number === number) {
    return 'waiting';
  }
  return endpoint.traffic.some(share => share.number === number) ? 'ready' : 'failed';
}

/** Wait until an endpoint has changed, or for a moment in case that nobody says so. */
function changeOf({ changed }: IStudio, id: string): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer);
      changed.disconnect(check);
      resolve();
    };
    const check = (_: object, change: Schemas['Changed']): void => {
      if (change.kind === 'endpoint' && change.id === id) {
        done();
      }
    };
    const timer = setTimeout(done, RECHECK);
    changed.connect(check);
  });
}
