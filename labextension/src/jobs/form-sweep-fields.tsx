import type { TranslationBundle } from '@jupyterlab/translation';
import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Field, Select, Text } from './form-field';
import type { FormModel } from './form-model';
import type { FormPreview } from './form-preview';
import type { SweepDraft } from './form-sweep';

const SHOWN = 3;

interface ISweepProps {
  model: FormModel;
  preview: FormPreview;
  trans: TranslationBundle;
}

/** How the values of several parameters make jobs, what is best, and how many jobs there are. */
export function SweepFields({ model, preview, trans }: ISweepProps): React.JSX.Element {
  const { sweep } = model;
  const put = (change: Partial<SweepDraft>): void => {
    Object.assign(sweep, change);
    model.stateChanged.emit();
  };
  return (
    <fieldset className="jp-mlstudio-RunForm-fields">
      <legend>{trans.__('Sweep')}</legend>
      <Field label={trans.__('Jobs')}>
        {(_, common) => (
          <Select
            {...common}
            value={sweep.combine}
            onChange={combine => put({ combine })}
            options={[
              { value: 'grid', label: trans.__('Every combination') },
              { value: 'list', label: trans.__('Side by side: first with first, and so on') },
              { value: 'random', label: trans.__('Random draws') }
            ]}
          />
        )}
      </Field>
      {sweep.combine === 'random' ? <Draws sweep={sweep} put={put} trans={trans} /> : null}
      <Field
        label={trans.__('Best by')}
        help={trans.__('An output of the notebook, or a metric of the run that it logs.')}
      >
        {(_, common) => (
          <>
            <Text
              {...common}
              placeholder={trans.__('such as auc')}
              value={sweep.metric}
              onChange={metric => put({ metric })}
            />
            <Select
              label={trans.__('Direction')}
              value={sweep.direction}
              onChange={direction => put({ direction })}
              options={[
                { value: 'maximize', label: trans.__('the largest') },
                { value: 'minimize', label: trans.__('the smallest') }
              ]}
            />
          </>
        )}
      </Field>
      <Field label={trans.__('At the same time')}>
        {(_, common) => (
          <Text
            {...common}
            numeric
            placeholder={trans.__('As many as there is room for')}
            value={sweep.parallel}
            onChange={parallel => put({ parallel })}
          />
        )}
      </Field>
      <UseSignal signal={preview.stateChanged}>
        {() => <Count model={model} preview={preview} trans={trans} />}
      </UseSignal>
    </fieldset>
  );
}

interface IDrawsProps {
  sweep: SweepDraft;
  put: (change: Partial<SweepDraft>) => void;
  trans: TranslationBundle;
}

function Draws({ sweep, put, trans }: IDrawsProps): React.JSX.Element {
  return (
    <Field label={trans.__('How many, and seed')}>
      {(_, common) => (
        <>
          <Text {...common} numeric value={sweep.draws} onChange={draws => put({ draws })} />
          <Text
            numeric
            label={trans.__('Seed')}
            placeholder={trans.__('any seed')}
            value={sweep.seed}
            onChange={seed => put({ seed })}
          />
        </>
      )}
    </Field>
  );
}

function Count({ model, preview, trans }: ISweepProps): React.JSX.Element {
  const problem = model.whenProblem ?? preview.failure;
  const { jobs } = preview;
  if (problem !== null) {
    return (
      <p className="jp-mlstudio-RunForm-preview" role="status">
        {problem}
      </p>
    );
  }
  const examples = jobs?.items.slice(0, SHOWN).map(item =>
    Object.entries(item)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(', ')
  );
  return (
    <p className="jp-mlstudio-RunForm-preview" role="status">
      <strong>{jobs ? trans._n('1 job', '%1 jobs', jobs.count) : ' '}</strong>
      {examples?.map(example => (
        <code key={example}>{example}</code>
      ))}
      {jobs && jobs.count > SHOWN ? '…' : null}
    </p>
  );
}
