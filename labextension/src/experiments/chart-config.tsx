import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button } from '../ui';
import { Choice, Choices, Switch, type IOption } from './chart-config-fields';
import type { ChartModel } from './chart-model';
import { heading, kindName, KINDS, nameOf, OF_DRAWN, type ChartSpec } from './chart-spec';
import { overWords } from './chart-words';

export interface IConfigProps {
  model: ChartModel;
  trans: TranslationBundle;
  change: (change: Partial<ChartSpec>) => void;
  close: () => void;
}

/** Everything that can be said about a chart, as a form below its head. */
export function ChartConfig(props: IConfigProps): React.JSX.Element {
  const { model, trans, change, close } = props;
  const { spec, runs } = model;
  return (
    <div
      className="jp-mlstudio-ChartConfig"
      role="group"
      aria-label={trans.__('Settings of the chart')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          close();
        }
      }}
    >
      <Choice
        label={trans.__('Chart')}
        value={spec.kind}
        options={KINDS.map(kind => ({ value: kind, label: kindName(kind, trans) }))}
        onChange={kind => change({ kind: kind as ChartSpec['kind'] })}
      />
      <label>
        <span>{trans.__('Title')}</span>
        <input
          value={spec.title ?? ''}
          placeholder={heading({ ...spec, title: '' }, runs, trans)}
          maxLength={200}
          onChange={event => change({ title: event.target.value })}
        />
      </label>
      <Shown {...props} />
      <Scales {...props} />
      {OF_DRAWN.has(spec.kind) ? (
        <Switch
          label={trans.__('Keep these runs, whatever the table shows')}
          isOn={(spec.runs ?? null) !== null}
          onChange={isOn => change({ runs: isOn ? [...model.ids] : null })}
        />
      ) : null}
      <Button primary onClick={close}>
        {trans.__('Done')}
      </Button>
    </div>
  );
}

/** What the chart shows: other things for each kind. */
function Shown(props: IConfigProps): React.JSX.Element | null {
  const { model, trans, change } = props;
  const { spec, content } = model;
  const { metrics, params, all, numbers } = optionsOf(model);
  const one = (
    label: string,
    field: 'x' | 'y' | 'colour' | 'group',
    options: readonly IOption[],
    none?: string
  ): React.JSX.Element => (
    <Choice
      key={field}
      {...{ label, options, none }}
      value={spec[field] ?? ''}
      onChange={value => change({ [field]: value || null })}
    />
  );
  const metric = (
    <Choice
      label={trans.__('Metric')}
      value={spec.metrics?.[0] ?? ''}
      options={metrics.map(({ value, label }) => ({ value: nameOf(value), label }))}
      onChange={name => change({ metrics: [name] })}
    />
  );
  switch (spec.kind) {
    case 'curves':
      return (
        <Several
          {...props}
          label={trans.__('Metrics')}
          values={spec.metrics ?? []}
          options={metrics.map(({ value, label }) => ({ value: nameOf(value), label }))}
          set={names => change({ metrics: names })}
        />
      );
    case 'parallel':
      return (
        <>
          <Several
            {...props}
            label={trans.__('Axes')}
            values={spec.columns ?? []}
            options={all}
            set={columns => change({ columns })}
          />
          {one(trans.__('Colour'), 'colour', all, trans.__('As the last axis'))}
        </>
      );
    case 'scatter':
      return (
        <>
          {one(trans.__('Horizontal'), 'x', all)}
          {one(trans.__('Vertical'), 'y', all)}
          {one(trans.__('Colour'), 'colour', all, trans.__('As the run'))}
        </>
      );
    case 'importance':
      return metric;
    case 'contour':
      return (
        <>
          {metric}
          {one(trans.__('Horizontal'), 'x', params)}
          {one(trans.__('Vertical'), 'y', params)}
        </>
      );
    case 'box':
      return (
        <>
          {one(trans.__('Vertical'), 'y', numbers)}
          {one(trans.__('Group by'), 'group', all, trans.__('All runs'))}
        </>
      );
    case 'images':
      return (
        <label>
          <span>{trans.__('Folder or name')}</span>
          <input
            value={spec.path ?? ''}
            placeholder={trans.__('All images')}
            onChange={event => change({ path: event.target.value })}
          />
        </label>
      );
    case 'table':
      return (
        <Choice
          label={trans.__('File')}
          value={spec.path ?? ''}
          options={(content?.kind === 'table' ? content.tables.paths : []).map(same)}
          none={trans.__('The first')}
          onChange={path => change({ path })}
        />
      );
    case 'confusion':
      return null;
    default:
      return (
        <Choice
          label={trans.__('Positive')}
          value={spec.label ?? ''}
          options={(content?.kind === 'judgement' ? content.judgement.labels : []).map(same)}
          none={trans.__('The last label')}
          onChange={label => change({ label: label || null })}
        />
      );
  }
}

/** How its axes count. */
function Scales({ model, trans, change }: IConfigProps): React.JSX.Element | null {
  const { kind, by, smoothing, log_x, log_y, envelope } = model.spec;
  const isCurves = kind === 'curves';
  if (!isCurves && kind !== 'scatter' && kind !== 'box') {
    return null;
  }
  const words = overWords(trans);
  return (
    <>
      {isCurves ? (
        <>
          <Choice
            label={trans.__('Over')}
            value={by ?? 'step'}
            options={words}
            onChange={value => change({ by: value as ChartSpec['by'] })}
          />
          <label>
            <span>{trans.__('Smoothing')}</span>
            <input
              type="range"
              min={0}
              max={0.99}
              step={0.01}
              value={smoothing ?? 0}
              onChange={event => change({ smoothing: Number(event.target.value) })}
            />
          </label>
          <Switch
            label={trans.__('Smallest and largest values')}
            isOn={envelope ?? true}
            onChange={isOn => change({ envelope: isOn })}
          />
        </>
      ) : null}
      {kind !== 'box' ? (
        <Switch
          label={trans.__('Horizontal log scale')}
          isOn={log_x ?? false}
          onChange={isOn => change({ log_x: isOn })}
        />
      ) : null}
      <Switch
        label={trans.__('Vertical log scale')}
        isOn={log_y ?? false}
        onChange={isOn => change({ log_y: isOn })}
      />
    </>
  );
}

function Several({
  trans,
  label,
  values,
  options,
  set
}: IConfigProps & {
  label: string;
  values: readonly string[];
  options: readonly IOption[];
  set: (values: string[]) => void;
}): React.JSX.Element {
  return (
    <Choices
      {...{ label, values, options }}
      onChange={set}
      addLabel={trans.__('Add…')}
      removeLabel={name => trans.__('Remove %1', name)}
    />
  );
}

function optionsOf({
  runs
}: ChartModel): Record<'metrics' | 'params' | 'all' | 'numbers', IOption[]> {
  const all = runs.keys.map(key => ({ value: key, label: runs.column(key)?.name ?? nameOf(key) }));
  const of = (prefix: string): IOption[] => all.filter(({ value }) => value.startsWith(prefix));
  return {
    metrics: of('metric:'),
    params: of('param:'),
    all,
    numbers: all.filter(({ value }) => runs.column(value)?.isNumber ?? false)
  };
}

function same(value: string): IOption {
  return { value, label: value };
}
