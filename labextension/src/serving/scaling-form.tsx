import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { Button } from '../ui';
import { Serverless } from './serverless';

type Spec = Schemas['Scaling'];
type Target = NonNullable<Spec['target']>;

/** What a target is called, and in what it is counted. */
export function targetWords(target: Target, trans: TranslationBundle): [string, string] {
  const words: Record<Target, [string, string]> = {
    concurrency: [trans.__('Requests at once'), trans.__('for each worker')],
    requests: [trans.__('Requests a second'), trans.__('for each worker')],
    latency: [trans.__('Latency p99'), trans.__('ms')],
    cpu: [trans.__('CPU'), trans.__('% of a core for each worker')]
  };
  return words[target];
}

const TARGETS: readonly Target[] = ['concurrency', 'requests', 'latency', 'cpu'];
const USUAL: Record<Target, number> = { concurrency: 16, requests: 5000, latency: 50, cpu: 80 };

/** What is wrong with how many workers there shall be; null if nothing is. */
export function scalingProblem(scaling: Required<Spec>, trans: TranslationBundle): string | null {
  const { min_workers: least, max_workers: most, value, idle_seconds } = scaling;
  if (!Number.isInteger(least) || !Number.isInteger(most) || least < 0 || most < 1 || most > 64) {
    return trans.__('Write whole numbers of workers, at most 64.');
  }
  if (most < least) {
    return trans.__('The most workers cannot be fewer than the least.');
  }
  if (!(value > 0)) {
    return trans.__('The target must be more than 0.');
  }
  return idle_seconds >= 1 ? null : trans.__('An endpoint stays awake for at least a second.');
}

export interface IScalingFormProps {
  scaling: Spec;
  onScale: (scaling: Spec) => void;
  trans: TranslationBundle;
}

/** The form that says how many workers there shall be. */
export function ScalingForm({ scaling, onScale, trans }: IScalingFormProps): React.JSX.Element {
  const first = complete(scaling);
  const [spec, setSpec] = React.useState(first);
  const change = (changed: Partial<Spec>): void => setSpec({ ...spec, ...changed });
  const problem = scalingProblem(spec, trans);
  const send = (event: React.FormEvent): void => {
    event.preventDefault();
    onScale(spec);
  };
  return (
    <section aria-label={trans.__('How many workers')}>
      <header>
        <h3>{trans.__('How many workers')}</h3>
      </header>
      <form className="jp-mlstudio-SettingsForm" onSubmit={send}>
        <Serverless
          serverless={spec.min_workers === 0}
          onChange={serverless => change({ min_workers: serverless ? 0 : 1 })}
          trans={trans}
        />
        <ScalingFields spec={spec} onChange={change} trans={trans} />
        {problem === null ? null : <p role="alert">{problem}</p>}
        <div className="jp-mlstudio-Apply">
          <Button
            primary
            type="submit"
            disabled={problem !== null || JSON.stringify(spec) === JSON.stringify(first)}
          >
            {trans.__('Apply')}
          </Button>
        </div>
      </form>
    </section>
  );
}

interface IScalingFieldsProps {
  spec: Required<Spec>;
  onChange: (changed: Partial<Spec>) => void;
  trans: TranslationBundle;
}

function ScalingFields({ spec, onChange, trans }: IScalingFieldsProps): React.JSX.Element {
  const [, unit] = targetWords(spec.target, trans);
  const field = (
    name: NumberField,
    label: string,
    limits: { min: number; max?: number; step?: number }
  ): React.JSX.Element => (
    <label>
      {label}
      <input
        type="number"
        {...limits}
        value={Number.isNaN(spec[name]) ? '' : spec[name]}
        onChange={({ target }) => onChange({ [name]: target.valueAsNumber })}
      />
    </label>
  );
  return (
    <div className="jp-mlstudio-SettingsForm-fields">
      {spec.min_workers === 0
        ? field('idle_seconds', trans.__('Asleep after, s'), { min: 1 })
        : field('min_workers', trans.__('Least workers'), { min: 1, max: 64 })}
      {field('max_workers', trans.__('Most workers'), { min: 1, max: 64 })}
      <label>
        {trans.__('Grows by')}
        <select
          value={spec.target}
          onChange={({ target }) => {
            const chosen = TARGETS.find(name => name === target.value) ?? 'concurrency';
            onChange({ target: chosen, value: USUAL[chosen] });
          }}
        >
          {TARGETS.map(target => (
            <option key={target} value={target}>
              {targetWords(target, trans)[0]}
            </option>
          ))}
        </select>
      </label>
      {field('value', trans.__('Held near (%1)', unit), { min: 0, step: 0.1 })}
      {field('cool_down_out', trans.__('Wait between new workers, s'), { min: 0, step: 0.1 })}
      {field('cool_down_in', trans.__('Quiet before a worker ends, s'), { min: 0, step: 0.1 })}
    </div>
  );
}

type NumberField = Exclude<keyof Required<Spec>, 'target'>;

function complete(scaling: Spec): Required<Spec> {
  return {
    min_workers: 1,
    max_workers: 1,
    target: 'concurrency',
    value: USUAL.concurrency,
    idle_seconds: 60,
    cool_down_out: 3,
    cool_down_in: 30,
    ...scaling
  };
}
