import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ApiError, type Api, type Schemas } from '../api';
import type { IStudio } from '../tokens';
import { messageOf } from '../ui';
import { candidates, type IWanted } from './candidates';
import { DeployForm, type IDeployChoice } from './deploy-form';
import type { Endpoint } from './model';

const PATIENCE = 5 * 60_000;
const RECHECK = 2_000;

/** What a deployment needs of the rest. */
export interface IDeployContext {
  readonly studio: IStudio;
  readonly trans: TranslationBundle;
  /** Shows an endpoint in the main area. */
  readonly open: (endpointId: string) => void;
  /** Tells the user about a failure. */
  readonly fail: (error: unknown) => void;
}

/** Let the user put a model behind an endpoint, a new one unless one is given, and tell how it goes. */
export async function askAndDeploy(
  context: IDeployContext,
  wanted: IWanted,
  endpoint: Endpoint | null = null
): Promise<void> {
  const choice = await ask(context, wanted, endpoint);
  if (choice) {
    await withTrust(context, choice, trust => send(context.studio.api, choice, endpoint, trust));
  }
}

async function ask(
  { studio, trans }: IDeployContext,
  wanted: IWanted,
  endpoint: Endpoint | null
): Promise<IDeployChoice | null> {
  const [known, { data }] = await Promise.all([
    candidates(studio.api, wanted),
    studio.api.GET('/serving/endpoints')
  ]);
  const chosen = endpoint ? known.next(endpoint.deployment) : known.first(wanted);
  if (!chosen) {
    await showDialog({
      title: trans.__('Deploy a model'),
      body: nothingToDeploy(wanted, trans),
      buttons: [Dialog.okButton()]
    });
    return null;
  }
  const { button, value } = await showDialog({
    title: endpoint
      ? trans.__('Roll %1 to another model', endpoint.name)
      : trans.__('Deploy a model'),
    body: new DeployForm({
      candidates: known,
      endpoints: data?.items ?? [],
      endpoint,
      chosen,
      trans
    }),
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: endpoint ? trans.__('Roll') : trans.__('Deploy') })
    ],
    focusNodeSelector: endpoint ? 'select' : 'input'
  });
  return button.accept ? value : null;
}

/** Send a request; ask whether the model is trusted if the server wants to know, and follow what comes of it. */
async function withTrust(
  context: IDeployContext,
  { candidate }: IDeployChoice,
  request: (trust: boolean) => Promise<Endpoint | undefined>
): Promise<void> {
  const { trans } = context;
  try {
    follow(context, await request(false));
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === 'untrusted')) {
      context.fail(error);
    } else if (await asksForTrust(candidate.label, trans)) {
      await request(true).then(endpoint => follow(context, endpoint), context.fail);
    }
  }
}

async function send(
  api: Api,
  { candidate, endpoint: name, port }: IDeployChoice,
  endpoint: Endpoint | null,
  trust: boolean
): Promise<Endpoint | undefined> {
  const source = { ...candidate.source, trust };
  if (endpoint) {
    const params = { path: { id: endpoint.id } };
    return (await api.POST('/serving/endpoints/{id}/roll', { params, body: source })).data;
  }
  const body = { ...source, endpoint: name, port };
  return (await api.POST('/serving/endpoints', { body })).data;
}

async function asksForTrust(label: string, trans: TranslationBundle): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Do you trust %1?', label),
    body: trans.__(
      'It is not known to come from this project. A model file can hold code that runs with your rights as soon as it is loaded. Go on only if you know who made it.'
    ),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Trust and Deploy') })],
    defaultButton: 0
  });
  return button.accept;
}

/** Show a notification until the newest deployment of an endpoint answers, or has failed to. */
export function follow(context: IDeployContext, endpoint: Endpoint | undefined): void {
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

/** Say what has become of a deployment. */
export function outcomeOf(
  endpoint: Endpoint | undefined,
  number: number
): 'ready' | 'failed' | 'waiting' {
  if (endpoint?.deployment?.number === number && endpoint.state === 'ready') {
    return 'ready';
  }
  if (!endpoint || endpoint.state === 'failed' || endpoint.state === 'stopped') {
    return 'failed';
  }
  const isOver = endpoint.state === 'ready' && endpoint.rolling_to?.number !== number;
  return isOver ? 'failed' : 'waiting';
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

function nothingToDeploy(wanted: IWanted, trans: TranslationBundle): string {
  if (wanted.run_id !== undefined) {
    return trans.__(
      'This run has logged no model. Log one with run.log_model(…) inside studio.track.'
    );
  }
  if (wanted.name !== undefined) {
    return trans.__('%1 has no version that could be deployed.', wanted.name);
  }
  return trans.__(
    'There is no model yet. Train one in a notebook and log it with run.log_model(…) inside studio.track.'
  );
}
