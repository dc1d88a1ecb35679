import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';

type Spec = Schemas['RegisterSpec'];
type LoggedModel = Schemas['LoggedModel'];
type RegisteredModel = Schemas['RegisteredModel'];

/** Let the user register the model of a run; answers with the new version, or null if there is none. */
export async function register(
  api: Api,
  runId: string,
  trans: TranslationBundle
): Promise<Schemas['ModelVersion'] | null> {
  const [logged, registered] = await Promise.all([
    api.GET('/registry/runs/{run_id}/models', { params: { path: { run_id: runId } } }),
    api.GET('/registry/models')
  ]);
  const models = logged.data?.items ?? [];
  const title = trans.__('Register a model');
  if (models.length === 0) {
    const body = trans.__(
      'This run has logged no model. Log one with run.log_model(…) inside studio.track.'
    );
    await showDialog({ title, body, buttons: [Dialog.okButton()] });
    return null;
  }
  const form = new RegisterForm(runId, models, registered.data?.items ?? [], trans);
  const { button, value } = await showDialog({
    title,
    body: form,
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Register') })],
    focusNodeSelector: 'input'
  });
  return button.accept && value ? await send(api, value, trans) : null;
}

async function send(
  api: Api,
  spec: Spec,
  trans: TranslationBundle
): Promise<Schemas['ModelVersion'] | null> {
  const request = api.POST('/registry/versions', { body: spec }).then(({ data }) => data ?? null);
  Notification.promise(request, {
    pending: { message: trans.__('Registering %1…', spec.name) },
    success: {
      message: () => trans.__('%1 has a new version.', spec.name),
      options: { autoClose: 5000 }
    },
    error: { message: messageOf, options: { autoClose: 10_000 } }
  });
  return request.catch(() => null); // the notification has told
}

/** The body of the dialog that registers a model of a run. */
class RegisterForm extends ReactWidget implements Dialog.IBodyWidget<Spec> {
  constructor(
    runId: string,
    private readonly _models: readonly LoggedModel[],
    private readonly _registered: readonly RegisteredModel[],
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-mlstudio-RegisterForm');
    const [newest] = _models;
    this._spec = {
      name: newest?.registered[0]?.name ?? newest?.name ?? '',
      run_id: runId,
      model_id: newest?.model_id ?? null,
      description: '',
      aliases: []
    };
  }

  getValue(): Spec {
    return { ...this._spec, name: this._spec.name.trim() };
  }

  protected render(): React.JSX.Element {
    return (
      <RegisterFields
        first={this._spec}
        models={this._models}
        registered={this._registered}
        onChange={spec => {
          this._spec = spec;
        }}
        trans={this._trans}
      />
    );
  }

  private _spec: Spec;
}

interface IRegisterFieldsProps {
  first: Spec;
  models: readonly LoggedModel[];
  registered: readonly RegisteredModel[];
  onChange: (spec: Spec) => void;
  trans: TranslationBundle;
}

function RegisterFields(props: IRegisterFieldsProps): React.JSX.Element {
  const { first, models, registered, onChange, trans } = props;
  const [spec, setSpec] = React.useState(first);
  const change = (changed: Partial<Spec>): void => {
    setSpec({ ...spec, ...changed });
    onChange({ ...spec, ...changed });
  };
  return (
    <>
      {models.length > 1 ? (
        <label>
          {trans.__('Model of the run')}
          <Models
            models={models}
            value={spec.model_id}
            onChange={model_id => change({ model_id })}
          />
        </label>
      ) : null}
      <NameField
        name={spec.name}
        known={registered.map(({ name }) => name)}
        onChange={name => change({ name })}
        trans={trans}
      />
      <p role="status">{consequence(spec.name, registered, trans)}</p>
      <label>
        {trans.__('Description')}
        <textarea
          rows={2}
          placeholder={trans.__('What is special about this version')}
          value={spec.description ?? ''}
          onChange={event => change({ description: event.target.value })}
        />
      </label>
    </>
  );
}

function Models(props: {
  models: readonly LoggedModel[];
  value: Spec['model_id'];
  onChange: (modelId: string) => void;
}): React.JSX.Element {
  const { models, value, onChange } = props;
  return (
    <select value={value ?? ''} onChange={event => onChange(event.target.value)}>
      {models.map(({ model_id, name }) => (
        <option key={model_id} value={model_id}>
          {name}
        </option>
      ))}
    </select>
  );
}

interface INameFieldProps {
  name: string;
  /** The names that there are. */
  known: readonly string[];
  onChange: (name: string) => void;
  trans: TranslationBundle;
}

function NameField({ name, known, onChange, trans }: INameFieldProps): React.JSX.Element {
  const names = React.useId();
  return (
    <label>
      {trans.__('Name')}
      <input
        type="text"
        required
        list={names}
        value={name}
        onChange={event => onChange(event.target.value)}
      />
      <datalist id={names}>
        {known.map(one => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </label>
  );
}

/** Say what registering under a name will make. */
export function consequence(
  name: string,
  registered: readonly RegisteredModel[],
  trans: TranslationBundle
): string {
  const present = registered.find(model => model.name === name.trim());
  if (present) {
    return trans.__('Becomes version %1 of this model.', (present.latest_version ?? 0) + 1);
  }
  return name.trim() === ''
    ? trans.__('Give the model a name.')
    : trans.__('A new registered model.');
}
