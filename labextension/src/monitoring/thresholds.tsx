import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Limits } from './settings';
import { NumberField } from './number-field';

const METRICS = ['accuracy', 'f1', 'auc', 'mae', 'rmse', 'r2'];

export interface IThresholdsProps {
  thresholds: Limits;
  onChange: (thresholds: Limits) => void;
  trans: TranslationBundle;
}

/** From where on a difference counts. */
export function Thresholds({ thresholds, onChange, trans }: IThresholdsProps): React.JSX.Element {
  const field = (name: Exclude<keyof Limits, 'quality'>, label: string): React.JSX.Element => (
    <NumberField
      label={label}
      value={thresholds[name]}
      min={0}
      onChange={value => onChange({ ...thresholds, [name]: value })}
    />
  );
  return (
    <>
      <h4>{trans.__('What counts')}</h4>
      <div className="jp-mlstudio-SettingsForm-fields">
        {field('psi', trans.__('Drift of a column, from PSI'))}
        {field('significance', trans.__('False alarms, share'))}
        {field('missing', trans.__('More missing values, share'))}
        {field('new_values', trans.__('New categories, share of rows'))}
        {field('out_of_range', trans.__('Out of range, share of rows'))}
        {field('attribution', trans.__('Order of importance, at least'))}
        {field('least_rows', trans.__('Rows before it is judged'))}
      </div>
      <details>
        <summary>{trans.__('How good the answers must be')}</summary>
        <div className="jp-mlstudio-SettingsForm-fields">
          {METRICS.map(name => (
            <NumberField
              key={name}
              label={
                name === 'mae' || name === 'rmse'
                  ? trans.__('%1, at most', name)
                  : trans.__('%1, at least', name)
              }
              value={thresholds.quality[name] ?? NaN}
              min={0}
              onChange={value => {
                const others = Object.entries(thresholds.quality).filter(([key]) => key !== name);
                const own: [string, number][] = Number.isNaN(value) ? [] : [[name, value]];
                onChange({ ...thresholds, quality: Object.fromEntries([...others, ...own]) });
              }}
            />
          ))}
        </div>
      </details>
    </>
  );
}
