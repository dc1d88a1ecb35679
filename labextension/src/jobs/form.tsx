import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, Failure, IconButton, Loading } from '../ui';
import { closeIcon, undoIcon } from '@jupyterlab/ui-components';
import type { FormModel, Parameter } from './form-model';

export interface IKernelChoice {
  readonly name: string;
  readonly label: string;
}

/** The form in the dialog that runs a notebook. */
export class RunForm extends VDomRenderer<FormModel> {
  constructor(
    model: FormModel,
    private readonly _trans: TranslationBundle,
    private readonly _kernels: readonly IKernelChoice[],
    private readonly _choose: (() => Promise<string | null>) | null
  ) {
    super(model);
    this.addClass('jp-mlstudio-RunForm');
  }

  protected render(): React.JSX.Element {
    const { model, _trans: trans } = this;
    return (
      <>
        <div className="jp-mlstudio-RunForm-notebook">
          <span title={model.notebook}>{model.notebook}</span>
          {this._choose ? (
            <Button onClick={() => void this._change()}>{trans.__('Choose…')}</Button>
          ) : null}
        </div>
        {model.failure !== null ? <Failure message={model.failure} /> : null}
        {model.declared === null && model.failure === null ? (
          <Loading label={trans.__('Reading the parameters')} rows={3} />
        ) : null}
        {model.declared ? <Parameters model={model} trans={trans} /> : null}
        {model.declared ? <More model={model} trans={trans} kernels={this._kernels} /> : null}
      </>
    );
  }

  private async _change(): Promise<void> {
    const chosen = await this._choose?.();
    if (chosen) {
      this.model.notebook = chosen;
      await this.model.load();
    }
  }
}

interface IPartProps {
  model: FormModel;
  trans: TranslationBundle;
}

function Parameters({ model, trans }: IPartProps): React.JSX.Element {
  const { declared } = model;
  if (declared && !declared.typed) {
    return <FreeEntries model={model} trans={trans} />;
  }
  if (!declared || declared.items.length === 0) {
    return (
      <p className="jp-mlstudio-Hint">
        {declared?.tagged
          ? trans.__('The cell tagged “parameters” sets none. The notebook runs as it is.')
          : trans.__(
              'This notebook has no parameters and runs as it is. To give it some, tag the cell that sets them “parameters” in the property inspector.'
            )}
      </p>
    );
  }
  return (
    <fieldset className="jp-mlstudio-RunForm-fields">
      <legend>{trans.__('Parameters')}</legend>
      {declared.items.map(item => (
        <ParameterField key={item.name} model={model} trans={trans} item={item} />
      ))}
    </fieldset>
  );
}

function ParameterField({
  model,
  trans,
  item
}: IPartProps & { item: Parameter }): React.JSX.Element {
  const id = `jp-mlstudio-parameter-${item.name}`;
  const problem = model.problem(item);
  const changed = model.isChanged(item);
  return (
    <div className="jp-mlstudio-RunForm-field" data-changed={changed || undefined}>
      <label htmlFor={id}>
        {`${item.name} `}
        <em>
          {item.nullable && item.type !== 'any' ? trans.__('%1 or nothing', item.type) : item.type}
        </em>
      </label>
      <div>
        <Input id={id} model={model} trans={trans} item={item} invalid={problem !== null} />
        {changed ? (
          <IconButton
            label={trans.__('Back to %1', item.default_code)}
            onClick={() => model.reset(item)}
          >
            <undoIcon.react tag="span" elementSize="normal" />
          </IconButton>
        ) : null}
      </div>
      {problem ? (
        <small id={`${id}-help`} role="alert">
          {problem}
        </small>
      ) : item.help ? (
        <small id={`${id}-help`}>{item.help}</small>
      ) : null}
    </div>
  );
}

interface IInputProps extends IPartProps {
  id: string;
  item: Parameter;
  invalid: boolean;
}

function Input({ id, model, trans, item, invalid }: IInputProps): React.JSX.Element {
  const common = {
    id,
    'aria-invalid': invalid,
    'aria-describedby': `${id}-help`,
    className: 'jp-mlstudio-Form-input'
  };
  const entry = model.entry(item);
  const choices = item.choices?.map(choice => ({
    value: JSON.stringify(choice),
    label: String(choice ?? '–')
  }));
  const yesNo = [
    { value: 'true', label: trans.__('yes') },
    { value: 'false', label: trans.__('no') }
  ];
  if (item.type === 'bool' && !item.nullable && item.literal && !choices) {
    return (
      <input
        {...common}
        type="checkbox"
        checked={entry === 'true'}
        onChange={event => model.enter(item, String(event.target.checked))}
      />
    );
  }
  if (choices || item.type === 'bool') {
    const hasEmpty = !choices || !item.literal;
    return (
      <select {...common} value={entry} onChange={event => model.enter(item, event.target.value)}>
        {hasEmpty ? <option value="">{item.literal ? '–' : item.default_code}</option> : null}
        {(choices ?? yesNo).map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  const numeric = item.type === 'int' ? 'numeric' : item.type === 'float' ? 'decimal' : undefined;
  return (
    <input
      {...common}
      type="text"
      inputMode={numeric}
      spellCheck={false}
      value={entry}
      placeholder={item.literal ? (item.nullable ? trans.__('nothing') : '') : item.default_code}
      onChange={event => model.enter(item, event.target.value)}
    />
  );
}

function FreeEntries({ model, trans }: IPartProps): React.JSX.Element {
  const { free } = model;
  const put = (index: number, change: Partial<{ name: string; value: string }>): void => {
    model.free = free.map((entry, other) => (other === index ? { ...entry, ...change } : entry));
  };
  return (
    <fieldset className="jp-mlstudio-RunForm-fields">
      <legend>{trans.__('Parameters')}</legend>
      <p className="jp-mlstudio-Hint">
        {trans.__(
          'They cannot be read from this notebook. Give values by name; the others keep their defaults.'
        )}
      </p>
      {free.map(({ name, value }, index) => (
        <div key={index} className="jp-mlstudio-RunForm-free">
          <input
            className="jp-mlstudio-Form-input"
            aria-label={trans.__('Name of parameter %1', index + 1)}
            placeholder={trans.__('Name')}
            value={name}
            onChange={event => put(index, { name: event.target.value })}
          />
          <input
            className="jp-mlstudio-Form-input"
            aria-label={trans.__('Value of parameter %1', index + 1)}
            placeholder={trans.__('Value')}
            value={value}
            onChange={event => put(index, { value: event.target.value })}
          />
          <IconButton
            label={trans.__('Leave out parameter %1', index + 1)}
            onClick={() => {
              model.free = free.filter((_, other) => other !== index);
            }}
          >
            <closeIcon.react tag="span" elementSize="normal" />
          </IconButton>
        </div>
      ))}
      <Button
        onClick={() => {
          model.free = [...free, { name: '', value: '' }];
        }}
      >
        {trans.__('Add a Parameter')}
      </Button>
    </fieldset>
  );
}

interface IMoreProps extends IPartProps {
  kernels: readonly IKernelChoice[];
}

function More({ model, trans, kernels }: IMoreProps): React.JSX.Element {
  const update = (key: 'kernel' | 'name' | 'timeout', value: string): void => {
    model[key] = value;
    model.stateChanged.emit();
  };
  const own =
    kernels.find(({ name }) => name === model.declared?.kernel)?.label ?? model.declared?.kernel;
  return (
    <details className="jp-mlstudio-RunForm-more">
      <summary>{trans.__('More options')}</summary>
      <label>
        {trans.__('Name of the job')}
        <input
          className="jp-mlstudio-Form-input"
          maxLength={200}
          placeholder={trans.__('The notebook’s name')}
          value={model.name}
          onChange={event => update('name', event.target.value)}
        />
      </label>
      <label>
        {trans.__('Kernel')}
        <select
          className="jp-mlstudio-Form-input"
          value={model.kernel}
          onChange={event => update('kernel', event.target.value)}
        >
          <option value="">{trans.__('The notebook’s own (%1)', own ?? 'python3')}</option>
          {kernels.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        {trans.__('Seconds that a cell may run')}
        <input
          className="jp-mlstudio-Form-input"
          inputMode="numeric"
          placeholder={trans.__('No limit')}
          aria-invalid={model.timeoutProblem !== null}
          value={model.timeout}
          onChange={event => update('timeout', event.target.value)}
        />
        {model.timeoutProblem ? <small role="alert">{model.timeoutProblem}</small> : null}
      </label>
    </details>
  );
}
