import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';

import { ApiError, type Schemas } from '../api';
import { candidates } from './candidates';
import { asksForTrust } from './deploy';
import type { IFollowContext } from './follow-up';
import type { Endpoint } from './model';
import {
  missingIn,
  transformChoice,
  transformSpec,
  type ITransformChoice
} from './transform-choice';
import { TransformForm } from './transform-form';
import { isBusy, type Transform, type TransformsModel } from './transforms-model';

/** What a batch transform needs of the rest. */
export interface ITransformContext extends IFollowContext {
  readonly transforms: TransformsModel;
  /** Shows a table; null where nothing can. */
  readonly openTable: ((path: string) => void) | null;
  /** Lets the user choose a data file; null where there are no files to choose from. */
  readonly pickFile: (() => Promise<string | null>) | null;
}

/** What the caller of the command may name. */
export interface ITransformWanted {
  readonly path: string;
  readonly endpointId: string | null;
}

/** Let the user send a file of rows through a model, and tell how it goes. */
export async function askAndTransform(
  context: ITransformContext,
  wanted: ITransformWanted
): Promise<void> {
  const choice = await ask(context, wanted);
  if (choice === null) {
    return;
  }
  const { trans } = context;
  const missing = missingIn(choice);
  if (missing !== null) {
    throw new Error(
      missing === 'source' ? trans.__('Choose the rows.') : trans.__('Choose a model.')
    );
  }
  await begin(context, transformSpec(choice, false), choice.candidate?.label ?? choice.endpoint);
}

/** Begin a batch transform, or go on with it; ask whether the model is trusted if the server wants to know. */
export async function begin(
  context: ITransformContext,
  spec: Schemas['TransformSpec'],
  label: string
): Promise<void> {
  const { transforms, trans } = context;
  try {
    follow(context, await transforms.start(spec));
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === 'untrusted')) {
      throw error;
    }
    if (await asksForTrust(label, error.message, trans)) {
      follow(context, await transforms.start({ ...spec, trust: true }));
    }
  }
}

async function ask(
  { studio, trans, pickFile }: ITransformContext,
  { path, endpointId }: ITransformWanted
): Promise<ITransformChoice | null> {
  const [known, listed] = await Promise.all([
    candidates(studio.api, {}),
    studio.api.GET('/serving/endpoints')
  ]);
  const endpoints: readonly Endpoint[] = listed.data?.items ?? [];
  const endpoint = endpoints.find(({ id }) => id === endpointId) ?? null;
  const candidate = known.first({}) ?? null;
  const first = transformChoice(
    path,
    endpoint ?? (candidate ? null : (endpoints[0] ?? null)),
    candidate
  );
  const columns = async (source: string): Promise<readonly string[]> => {
    const params = { query: { path: source } };
    return (await studio.api.GET('/serving/transforms/columns', { params })).data?.items ?? [];
  };
  const { button, value } = await showDialog({
    title: trans.__('Send a file of rows through a model'),
    body: new TransformForm({ candidates: known, endpoints, first, columns, pickFile, trans }),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Transform') })],
    focusNodeSelector: path === '' ? 'input' : 'select'
  });
  return button.accept ? value : null;
}

/** Tell when a batch transform that was begun here has ended. */
function follow(context: ITransformContext, begun: Transform | undefined): void {
  const { transforms, trans, openTable } = context;
  if (!begun) {
    return;
  }
  const { source } = begun.spec;
  const look = (): void => {
    const now = transforms.items.find(({ id }) => id === begun.id);
    if (now && isBusy(now)) {
      return;
    }
    transforms.stateChanged.disconnect(look);
    const { result, error, state } = now ?? {};
    if (result) {
      const open = { label: trans.__('Open'), callback: () => openTable?.(result.output) };
      const rows = result.rows.toLocaleString();
      const message =
        result.errors > 0
          ? trans.__(
              '%1 is transformed: %2 rows, %3 without an answer.',
              source,
              rows,
              result.errors
            )
          : trans.__('%1 is transformed: %2 rows.', source, rows);
      Notification.success(message, { autoClose: 10_000, actions: openTable ? [open] : [] });
    } else if (state === 'failed') {
      Notification.error(trans.__('%1 was not transformed. %2', source, error ?? ''));
    }
  };
  transforms.stateChanged.connect(look);
  look();
}
