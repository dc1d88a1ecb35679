import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { Button, Chips } from '../ui';
import { NumberField } from './number-field';
import { Thresholds } from './thresholds';
import { complete, planOf, problemOf, withPlan, type ISettings, type Plan } from './settings';

type Spec = Schemas['MonitorSpec'];

export interface ISettingsFormProps {
  spec: Spec;
  /** Paths of the workflows of the project. */
  workflows: readonly string[];
  onSave: (spec: Spec) => void;
  trans: TranslationBundle;
}

/** How the endpoint is watched: when, what counts, who is told. */
export function SettingsForm(props: ISettingsFormProps): React.JSX.Element {
  const { spec: saved, workflows, onSave, trans } = props;
  const first = complete(saved);
  const [spec, setSpec] = React.useState(first);
  const change = (changed: Partial<ISettings>): void => setSpec({ ...spec, ...changed });
  const problem = problemOf(spec, trans);
  const send = (event: React.FormEvent): void => {
    event.preventDefault();
    onSave(spec);
  };
  return (
    <form className="jp-mlstudio-SettingsForm" onSubmit={send}>
      <Schedule spec={spec} onChange={change} trans={trans} />
      <h4>{trans.__('Which rows')}</h4>
      <div className="jp-mlstudio-SettingsForm-fields">
        <NumberField
          label={trans.__('The newest rows, at most')}
          value={spec.window.rows}
          min={50}
          onChange={rows => change({ window: { ...spec.window, rows } })}
        />
        <NumberField
          label={trans.__('Of the last hours')}
          value={spec.window.hours ?? NaN}
          min={0}
          placeholder={trans.__('any')}
          onChange={hours =>
            change({ window: { ...spec.window, hours: Number.isNaN(hours) ? null : hours } })
          }
        />
      </div>
      <Thresholds
        thresholds={spec.thresholds}
        onChange={thresholds => change({ thresholds })}
        trans={trans}
      />
      <Telling spec={spec} workflows={workflows} onChange={change} trans={trans} />
      {problem === null ? null : <p role="alert">{problem}</p>}
      <div className="jp-mlstudio-Apply">
        <Button
          primary
          type="submit"
          disabled={problem !== null || JSON.stringify(spec) === JSON.stringify(first)}
        >
          {trans.__('Save')}
        </Button>
      </div>
    </form>
  );
}

interface IPartProps {
  spec: ISettings;
  onChange: (changed: Partial<ISettings>) => void;
  trans: TranslationBundle;
}

function Schedule({ spec, onChange, trans }: IPartProps): React.JSX.Element {
  const plan = planOf(spec);
  return (
    <>
      <h4>{trans.__('When it is checked')}</h4>
      <Chips<Plan>
        label={trans.__('When it is checked')}
        value={plan}
        onChange={chosen => onChange(withPlan(chosen))}
        options={[
          { value: 'never', label: trans.__('When I say so') },
          { value: 'every', label: trans.__('Again and again') },
          { value: 'cron', label: trans.__('At certain times') }
        ]}
      />
      <div className="jp-mlstudio-SettingsForm-fields">
        {plan === 'every' ? (
          <NumberField
            label={trans.__('Every so many minutes')}
            value={spec.every_minutes ?? NaN}
            min={1}
            onChange={minutes => onChange({ every_minutes: minutes })}
          />
        ) : null}
        {plan === 'cron' ? (
          <label>
            {trans.__('Times, as for cron')}
            <input
              type="text"
              placeholder="0 7 * * *"
              value={spec.cron ?? ''}
              onChange={({ target }) => onChange({ cron: target.value })}
            />
          </label>
        ) : null}
      </div>
    </>
  );
}

function Telling(props: IPartProps & { workflows: readonly string[] }): React.JSX.Element {
  const { spec, workflows, onChange, trans } = props;
  const chosen = spec.retrain?.workflow ?? '';
  const offered = [...new Set([...workflows, ...(chosen ? [chosen] : [])])];
  return (
    <>
      <h4>{trans.__('When something is found')}</h4>
      <div className="jp-mlstudio-SettingsForm-fields">
        <label>
          {trans.__('Tell this address (webhook)')}
          <input
            type="url"
            placeholder={trans.__('https://…')}
            value={spec.webhook ?? ''}
            onChange={({ target }) => onChange({ webhook: target.value || null })}
          />
        </label>
        <label>
          {trans.__('Workflow that retrains')}
          <select
            value={chosen}
            onChange={({ target: { value } }) =>
              onChange({
                retrain: value === '' ? null : { parameters: {}, ...spec.retrain, workflow: value }
              })
            }
          >
            <option value="">
              {offered.length > 0
                ? trans.__('none')
                : trans.__('none: the project has no workflow')}
            </option>
            {offered.map(path => (
              <option key={path}>{path}</option>
            ))}
          </select>
        </label>
      </div>
      <label className="jp-mlstudio-Check">
        <input
          type="checkbox"
          checked={spec.attribution}
          onChange={({ target }) => onChange({ attribution: target.checked })}
        />
        {trans.__('Weigh the columns by what the answers depend on')}
      </label>
    </>
  );
}
