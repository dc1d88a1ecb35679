import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Select, Text } from './form-field';
import type { FormModel } from './form-model';
import type { AxisKind, IAxis } from './form-sweep';
import type { Parameter } from './form-values';

interface IAxisProps {
  model: FormModel;
  trans: TranslationBundle;
  item: Parameter;
}

/** Whether a parameter has one value in a sweep, several, or a range of them. */
export function AxisChoice({ model, trans, item }: IAxisProps): React.JSX.Element {
  const isNumber = (item.type === 'int' || item.type === 'float') && !item.choices;
  const range = { value: 'range' as const, label: trans.__('From – to') };
  return (
    <Select<AxisKind>
      label={trans.__('Values of %1', item.name)}
      value={model.sweep.axis(item).kind}
      onChange={kind => put(model, item, { kind })}
      options={[
        { value: 'one', label: trans.__('One value') },
        { value: 'values', label: trans.__('Several') },
        ...(isNumber ? [range] : [])
      ]}
    />
  );
}

/** The values that a parameter goes through. */
export function Axis(props: IAxisProps & { id: string; invalid: boolean }): React.JSX.Element {
  const { id, invalid, model, item, trans } = props;
  const axis = model.sweep.axis(item);
  const common = { 'aria-invalid': invalid, 'aria-describedby': `${id}-help` };
  if (axis.kind === 'values') {
    return (
      <Text
        id={id}
        {...common}
        placeholder={trans.__('Values with commas between them')}
        value={axis.values}
        onChange={values => put(model, item, { values })}
      />
    );
  }
  return (
    <span className="jp-mlstudio-RunForm-range">
      <Text
        id={id}
        {...common}
        numeric
        label={trans.__('Smallest %1', item.name)}
        value={axis.low}
        onChange={low => put(model, item, { low })}
      />
      –
      <Text
        {...common}
        numeric
        label={trans.__('Largest %1', item.name)}
        value={axis.high}
        onChange={high => put(model, item, { high })}
      />
      {model.sweep.combine === 'random' ? null : trans.__('in')}
      {model.sweep.combine === 'random' ? null : (
        <Text
          {...common}
          numeric
          label={trans.__('How many values of %1', item.name)}
          value={axis.count}
          onChange={count => put(model, item, { count })}
        />
      )}
      <label title={trans.__('The same ratio between neighbours, not the same distance')}>
        <input
          type="checkbox"
          checked={axis.log}
          onChange={event => put(model, item, { log: event.target.checked })}
        />
        {trans.__('log')}
      </label>
    </span>
  );
}

function put(model: FormModel, item: Parameter, change: Partial<IAxis>): void {
  model.sweep.put(item, change);
  model.stateChanged.emit();
}
