import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ApiError, type Api } from '../api';
import { candidates, type IWanted } from './candidates';
import { deploySpec, isComplete, labelOf, rollSpec, type IChoice } from './choice';
import { DeployForm } from './deploy-form';
import { follow, type IFollowContext } from './follow-up';
import type { Endpoint } from './model';

/** What is deployed, and what stands there already. */
interface IAnswer {
  readonly choice: IChoice;
  /** The endpoint of that name. */
  readonly present: Endpoint | undefined;
}

/** Let the user put a model behind an endpoint, a new one unless one is given, and tell how it goes. */
export async function askAndDeploy(
  context: IFollowContext,
  wanted: IWanted,
  endpoint: Endpoint | null = null
): Promise<void> {
  const answer = await ask(context, wanted, endpoint);
  if (answer) {
    const label = labelOf(answer.choice);
    await withTrust(context, label, trust => send(context.studio.api, answer, endpoint, trust));
  }
}

async function ask(
  context: IFollowContext,
  wanted: IWanted,
  endpoint: Endpoint | null
): Promise<IAnswer | null> {
  const { studio, trans } = context;
  const [known, { data }] = await Promise.all([
    candidates(studio.api, wanted),
    studio.api.GET('/serving/endpoints')
  ]);
  const endpoints = data?.items ?? [];
  const chosen = (endpoint ? known.next(endpoint.deployment) : known.first(wanted)) ?? null;
  if (chosen === null && (wanted.run_id !== undefined || wanted.name !== undefined)) {
    const body = nothingToDeploy(wanted, trans);
    await showDialog({ title: trans.__('Deploy a model'), body, buttons: [Dialog.okButton()] });
    return null;
  }
  const { button, value } = await showDialog({
    title: endpoint
      ? trans.__('Deploy another model behind %1', endpoint.name)
      : trans.__('Deploy a model'),
    body: new DeployForm({ candidates: known, endpoints, endpoint, chosen, trans }),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Deploy') })],
    focusNodeSelector: 'select, input'
  });
  if (!button.accept || value === null) {
    return null;
  }
  if (!isComplete(value)) {
    context.fail(
      new Error(trans.__('Choose a model and a name for the endpoint, then deploy it.'))
    );
    return null;
  }
  const present = endpoint ?? endpoints.find(({ name }) => name === value.endpoint);
  return { choice: value, present };
}

/** Send a request; ask whether the model is trusted if the server wants to know, and follow what comes of it. */
async function withTrust(
  context: IFollowContext,
  label: string,
  request: (trust: boolean) => Promise<Endpoint | undefined>
): Promise<void> {
  try {
    follow(context, await request(false));
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === 'untrusted')) {
      context.fail(error);
    } else if (await asksForTrust(label, error.message, context.trans)) {
      await request(true).then(endpoint => follow(context, endpoint), context.fail);
    }
  }
}

async function send(
  api: Api,
  { choice, present }: IAnswer,
  endpoint: Endpoint | null,
  trust: boolean
): Promise<Endpoint | undefined> {
  if (endpoint) {
    const params = { path: { id: endpoint.id } };
    const body = rollSpec(choice, trust);
    return (await api.POST('/serving/endpoints/{id}/roll', { params, body })).data;
  }
  const body = deploySpec(choice, trust, present);
  return (await api.POST('/serving/endpoints', { body })).data;
}

/** Ask whether a model from elsewhere may be loaded. */
export async function asksForTrust(
  label: string,
  why: string,
  trans: TranslationBundle
): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Do you trust %1?', label),
    body: trans.__('%1 Its code would run with your rights.', why),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Trust and Go On') })],
    defaultButton: 0
  });
  return button.accept;
}

function nothingToDeploy(wanted: IWanted, trans: TranslationBundle): string {
  return wanted.run_id !== undefined
    ? trans.__('This run has logged no model. Log one with run.log_model(…) inside studio.track.')
    : trans.__('%1 has no version that could be deployed.', wanted.name ?? '');
}
