import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, undoIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, IconButton } from '../ui';
import type { FormModel } from './form-model';
import { Axis, AxisChoice } from './form-axis';
import type { Parameter } from './form-values';

interface IPartProps {
  model: FormModel;
  trans: TranslationBundle;
}

/** A field for each parameter of the notebook; of a sweep also what values it goes through. */
export function Parameters({ model, trans }: IPartProps): React.JSX.Element {
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
  const sweeps = model.when === 'sweep';
  const varies = sweeps && model.sweep.varies(item);
  const help = problem ?? item.help;
  return (
    <div className="jp-mlstudio-RunForm-field" data-changed={changed || varies || undefined}>
      <label htmlFor={id}>
        {`${item.name} `}
        <em>
          {item.nullable && item.type !== 'any' ? trans.__('%1 or nothing', item.type) : item.type}
        </em>
      </label>
      <div>
        {sweeps ? <AxisChoice model={model} trans={trans} item={item} /> : null}
        {varies ? (
          <Axis id={id} model={model} trans={trans} item={item} invalid={problem !== null} />
        ) : (
          <Input id={id} model={model} trans={trans} item={item} invalid={problem !== null} />
        )}
        {changed && !varies ? (
          <IconButton
            label={trans.__('Back to %1', item.default_code)}
            onClick={() => model.reset(item)}
          >
            <undoIcon.react tag="span" elementSize="normal" />
          </IconButton>
        ) : null}
      </div>
      {help ? (
        <small id={`${id}-help`} role={problem ? 'alert' : undefined}>
          {help}
        </small>
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
  const yesNo = item.type === 'bool' && !item.nullable && item.literal && !item.choices;
  if (yesNo) {
    return (
      <input
        {...common}
        type="checkbox"
        checked={entry === 'true'}
        onChange={event => model.enter(item, String(event.target.checked))}
      />
    );
  }
  if (item.choices || item.type === 'bool') {
    return (
      <select {...common} value={entry} onChange={event => model.enter(item, event.target.value)}>
        {options(item, trans).map(({ value, label }) => (
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

function options(item: Parameter, trans: TranslationBundle): { value: string; label: string }[] {
  const choices = item.choices?.map(choice => ({
    value: JSON.stringify(choice),
    label: String(choice ?? '–')
  }));
  const empty = { value: '', label: item.literal ? '–' : item.default_code };
  const yesNo = [
    { value: 'true', label: trans.__('yes') },
    { value: 'false', label: trans.__('no') }
  ];
  return [...(!choices || !item.literal ? [empty] : []), ...(choices ?? yesNo)];
}

function FreeEntries({ model, trans }: IPartProps): React.JSX.Element {
  const { free } = model;
  const put = (index: number, change: Partial<{ name: string; value: string }>): void => {
    model.free = free.map((entry, other) => (other === index ? { ...entry, ...change } : entry));
  };
  const removed = (index: number): void => {
    model.free = free.filter((_, other) => other !== index);
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
            onClick={() => removed(index)}
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
