import type { TranslationBundle } from '@jupyterlab/translation';
import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ago, Chips, exactTime } from '../ui';
import { CronBuilder } from './form-cron';
import { Field, Select, Text } from './form-field';
import type { FormModel } from './form-model';
import type { FormPreview } from './form-preview';
import type { ScheduleDraft, TriggerKind } from './form-schedule';

interface IWhenProps {
  model: FormModel;
  preview: FormPreview;
  trans: TranslationBundle;
}

interface IPartProps {
  draft: ScheduleDraft;
  put: (change: Partial<ScheduleDraft>) => void;
  model: FormModel;
  trans: TranslationBundle;
}

/** When the notebook is run again, and what happens to times that were missed. */
export function ScheduleFields({ model, preview, trans }: IWhenProps): React.JSX.Element {
  const draft = model.schedule;
  const put = (change: Partial<ScheduleDraft>): void => {
    Object.assign(draft, change);
    model.stateChanged.emit();
  };
  const part = { draft, put, model, trans };
  return (
    <fieldset className="jp-mlstudio-RunForm-fields">
      <legend>{trans.__('Schedule')}</legend>
      <Chips<TriggerKind>
        label={trans.__('Due')}
        value={draft.kind}
        onChange={kind => put({ kind })}
        options={[
          { value: 'cron', label: trans.__('At times of the day') },
          { value: 'interval', label: trans.__('Again and again') },
          { value: 'file', label: trans.__('When a file changes') }
        ]}
      />
      {draft.kind === 'cron' ? <Cron {...part} /> : null}
      {draft.kind === 'interval' ? <Interval {...part} /> : null}
      {draft.kind === 'file' ? <FileChange {...part} /> : null}
      <UseSignal signal={preview.stateChanged}>
        {() => <Times model={model} preview={preview} trans={trans} />}
      </UseSignal>
      <Missed {...part} />
    </fieldset>
  );
}

function Cron({ draft, put, trans }: IPartProps): React.JSX.Element {
  return (
    <>
      <CronBuilder cron={draft.cron} onChange={cron => put({ cron })} trans={trans} />
      <Field
        label={trans.__('Cron')}
        help={trans.__('Minute, hour, day of the month, month, day of the week.')}
      >
        {(_, common) => <Text {...common} value={draft.cron} onChange={cron => put({ cron })} />}
      </Field>
      <Field label={trans.__('Time zone')}>
        {(_, common) => (
          <>
            <Text
              {...common}
              list="jp-mlstudio-timezones"
              value={draft.timezone}
              onChange={timezone => put({ timezone })}
            />
            <Timezones />
          </>
        )}
      </Field>
    </>
  );
}

const Timezones = React.memo(function timezones(): React.JSX.Element {
  return (
    <datalist id="jp-mlstudio-timezones">
      {zones().map(zone => (
        <option key={zone} value={zone} />
      ))}
    </datalist>
  );
});

function zones(): string[] {
  const { supportedValuesOf } = Intl as { supportedValuesOf?: (key: string) => string[] };
  return ['UTC', ...(supportedValuesOf?.('timeZone') ?? [])];
}

function Interval({ draft, put, model, trans }: IPartProps): React.JSX.Element {
  return (
    <Field label={trans.__('Every')} problem={model.whenProblem}>
      {(_, common) => (
        <>
          <Text {...common} numeric value={draft.every} onChange={every => put({ every })} />
          <Select
            label={trans.__('Unit')}
            value={draft.unit}
            onChange={unit => put({ unit })}
            options={[
              { value: 'seconds', label: trans.__('seconds') },
              { value: 'minutes', label: trans.__('minutes') },
              { value: 'hours', label: trans.__('hours') },
              { value: 'days', label: trans.__('days') }
            ]}
          />
        </>
      )}
    </Field>
  );
}

function FileChange({ draft, put, model, trans }: IPartProps): React.JSX.Element {
  const texts = model.parameters.filter(({ type }) => type === 'str' || type === 'any');
  const names = texts.map(({ name }) => ({ value: name, label: name }));
  return (
    <>
      <Field
        label={trans.__('File')}
        help={trans.__('A path from the project folder, or a pattern such as raw/*.csv.')}
      >
        {(_, common) => <Text {...common} value={draft.path} onChange={path => put({ path })} />}
      </Field>
      {names.length === 0 ? null : (
        <Field label={trans.__('Give its path to')}>
          {(_, common) => (
            <Select
              {...common}
              value={draft.parameter}
              onChange={parameter => put({ parameter })}
              options={[{ value: '', label: trans.__('no parameter') }, ...names]}
            />
          )}
        </Field>
      )}
    </>
  );
}

function Missed({ draft, put, trans }: IPartProps): React.JSX.Element {
  return (
    <>
      <Field
        label={trans.__('Times missed')}
        help={trans.__('What is made up for when the server comes back.')}
      >
        {(_, common) => (
          <Select
            {...common}
            value={draft.missed}
            onChange={missed => put({ missed })}
            options={[
              { value: 'last', label: trans.__('Run once for the last one') },
              { value: 'all', label: trans.__('Run once for each') },
              { value: 'skip', label: trans.__('Leave them out') }
            ]}
          />
        )}
      </Field>
      <Field label={trans.__('If its last job still runs')}>
        {(_, common) => (
          <Select
            {...common}
            value={draft.queues ? 'queue' : 'skip'}
            onChange={chosen => put({ queues: chosen === 'queue' })}
            options={[
              { value: 'skip', label: trans.__('Leave this time out') },
              { value: 'queue', label: trans.__('Run afterwards') }
            ]}
          />
        )}
      </Field>
    </>
  );
}

function Times({ model, preview, trans }: IWhenProps): React.JSX.Element {
  const { times } = preview;
  const problem = model.schedule.kind === 'interval' ? null : model.whenProblem;
  const said = problem ?? preview.failure;
  if (said !== null || times === null) {
    return (
      <p className="jp-mlstudio-RunForm-preview" role="status">
        {said ?? ' '}
      </p>
    );
  }
  return (
    <div className="jp-mlstudio-RunForm-preview" role="status">
      <strong>{times.words}</strong>
      <NextTimes items={times.items} timezone={times.timezone} />
      {model.schedule.kind === 'file' && times.files.length > 0 ? (
        <span>{trans.__('Now there: %1', times.files.slice(0, 5).join(', '))}</span>
      ) : null}
    </div>
  );
}

/** Times to come, by the clock that they go by. */
export function NextTimes(props: {
  items: readonly string[];
  timezone: string | null;
}): React.JSX.Element {
  return (
    <ul>
      {props.items.map(time => (
        <li key={time} title={`${ago(time)} · ${exactTime(time)}`}>
          <time dateTime={time}>{clock(time, props.timezone, props.items.some(hasSeconds))}</time>
        </li>
      ))}
    </ul>
  );
}

function hasSeconds(time: string): boolean {
  return new Date(time).getUTCSeconds() > 0;
}

function clock(time: string, timezone: string | null, withSeconds: boolean): string {
  const date = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const second = withSeconds ? ('2-digit' as const) : undefined;
  const style = { ...date, hour: 'numeric', minute: '2-digit', second } as const;
  try {
    const there = new Intl.DateTimeFormat(undefined, { ...style, timeZone: timezone ?? undefined });
    return there.format(new Date(time));
  } catch {
    return exactTime(time); // a zone that the browser does not know
  }
}
