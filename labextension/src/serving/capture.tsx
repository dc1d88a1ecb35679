import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { Button } from '../ui';
import type { Detail } from './endpoint';

type Spec = Schemas['CaptureSpec'];

export interface ICaptureProps {
  detail: Detail;
  onCapture: (capture: Spec) => void;
  /** Shows how what was kept differs from training; null where nothing monitors. */
  onMonitor: (() => void) | null;
  trans: TranslationBundle;
}

/** What is kept of requests and answers, so that drift can be found. */
export function Capture(props: ICaptureProps): React.JSX.Element {
  const { detail, onCapture, onMonitor, trans } = props;
  const { capture } = detail.endpoint;
  return (
    <section className="jp-mlstudio-Capture" aria-label={trans.__('Capture')}>
      <header>
        <h3>{trans.__('Keep requests and answers')}</h3>
        {onMonitor ? <Button onClick={onMonitor}>{trans.__('Open monitoring')}</Button> : null}
      </header>
      <p className="jp-mlstudio-Quiet">
        {trans.__(
          'Monitoring compares what was kept with the training data. It stays in this project, as Parquet files.'
        )}
      </p>
      <CaptureForm
        key={JSON.stringify(capture)}
        capture={capture}
        columns={(detail.signature?.inputs ?? []).map(({ name }) => name)}
        onCapture={onCapture}
        trans={trans}
      />
    </section>
  );
}

interface ICaptureFormProps {
  capture: Spec;
  columns: readonly string[];
  onCapture: (capture: Spec) => void;
  trans: TranslationBundle;
}

function CaptureForm(props: ICaptureFormProps): React.JSX.Element {
  const { capture, columns, onCapture, trans } = props;
  const first = { share: 0, masked: [], most_megabytes: 200, ...capture };
  const [spec, setSpec] = React.useState<Required<Spec>>(first);
  const works = spec.share >= 0 && spec.share <= 1 && spec.most_megabytes > 0;
  const send = (event: React.FormEvent): void => {
    event.preventDefault();
    onCapture(spec);
  };
  return (
    <form className="jp-mlstudio-SettingsForm" onSubmit={send}>
      <div className="jp-mlstudio-SettingsForm-fields">
        <label>
          {trans.__('Share of the requests, %')}
          <input
            type="number"
            min={0}
            max={100}
            step="any"
            value={Number.isNaN(spec.share) ? '' : Math.round(spec.share * 10_000) / 100}
            onChange={({ target }) => setSpec({ ...spec, share: target.valueAsNumber / 100 })}
          />
        </label>
        <label>
          {trans.__('At most on disk, MB')}
          <input
            type="number"
            min={1}
            value={Number.isNaN(spec.most_megabytes) ? '' : spec.most_megabytes}
            onChange={({ target }) => setSpec({ ...spec, most_megabytes: target.valueAsNumber })}
          />
        </label>
      </div>
      <Masked
        columns={columns}
        masked={spec.masked}
        onChange={masked => setSpec({ ...spec, masked })}
        trans={trans}
      />
      <div className="jp-mlstudio-Apply">
        <Button
          primary
          type="submit"
          disabled={!works || JSON.stringify(spec) === JSON.stringify(first)}
        >
          {trans.__('Apply')}
        </Button>
        <span>
          {spec.share > 0
            ? trans.__('The oldest files are deleted beyond the limit.')
            : trans.__('At 0% nothing is kept.')}
        </span>
      </div>
    </form>
  );
}

interface IMaskedProps {
  columns: readonly string[];
  masked: string[];
  onChange: (masked: string[]) => void;
  trans: TranslationBundle;
}

function Masked({ columns, masked, onChange, trans }: IMaskedProps): React.JSX.Element | null {
  return columns.length === 0 ? null : (
    <fieldset className="jp-mlstudio-Masked">
      <legend>{trans.__('Leave out the values of')}</legend>
      {columns.map(column => (
        <label key={column} title={column}>
          <input
            type="checkbox"
            checked={masked.includes(column)}
            onChange={({ target }) =>
              onChange(
                target.checked ? [...masked, column] : masked.filter(other => other !== column)
              )
            }
          />
          <span>{column}</span>
        </label>
      ))}
    </fieldset>
  );
}
