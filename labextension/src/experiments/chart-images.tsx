import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import type { ChartModel } from './chart-model';

type LoggedImage = Schemas['LoggedImage'];

export interface IImagesProps {
  model: ChartModel;
  items: readonly LoggedImage[];
  trans: TranslationBundle;
}

/** Pictures of several runs beside each other; where they have steps, a slider goes through them. */
export function Images({ model, items, trans }: IImagesProps): React.JSX.Element {
  const steps = [...new Set(items.flatMap(({ step }) => step ?? []))].sort((a, b) => a - b);
  const [chosen, setChosen] = React.useState<number | null>(null);
  const step =
    chosen !== null && steps.includes(chosen) ? chosen : (steps[steps.length - 1] ?? null);
  const shown = newest(items, step);
  return (
    <div className="jp-mlstudio-ChartImages">
      {steps.length > 1 ? (
        <label>
          {trans.__('Step')}
          <input
            type="range"
            min={0}
            max={steps.length - 1}
            value={steps.indexOf(step ?? 0)}
            onChange={event => setChosen(steps[Number(event.target.value)] ?? null)}
          />
          <output>{step}</output>
        </label>
      ) : null}
      <div>
        {shown.map(item => (
          <Picture key={`${item.run} ${item.path}`} item={item} model={model} trans={trans} />
        ))}
      </div>
    </div>
  );
}

/** Of each run and name the picture of this step, or the last one before it. */
export function newest(items: readonly LoggedImage[], step: number | null): LoggedImage[] {
  const found = new Map<string, LoggedImage>();
  for (const item of items) {
    const key = `${item.run} ${item.name}`;
    const known = found.get(key);
    const isBefore = step === null || item.step === null || item.step <= step;
    if (isBefore && (known === undefined || (item.step ?? 0) >= (known.step ?? 0))) {
      found.set(key, item);
    }
  }
  return [...found.values()];
}

function Picture({
  item,
  model,
  trans
}: {
  item: LoggedImage;
  model: ChartModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const [url, setUrl] = React.useState('');
  React.useEffect(() => {
    let [isGone, made] = [false, ''];
    void model.source.imageUrl(item.run, item.path).then(
      found => {
        made = found;
        if (isGone) {
          URL.revokeObjectURL(found);
        } else {
          setUrl(found);
        }
      },
      () => setUrl('')
    );
    return () => {
      isGone = true;
      URL.revokeObjectURL(made);
    };
  }, [item, model]);
  const name = model.runs.nameOf(item.run);
  return (
    <figure>
      {url ? <img src={url} alt={trans.__('%1 of %2', item.name, name)} /> : <span />}
      <figcaption>
        <i style={{ background: model.runs.colourOf(item.run) }} aria-hidden />
        {name} · {item.name}
        {item.step === null ? '' : ` · ${trans.__('step %1', item.step)}`}
      </figcaption>
    </figure>
  );
}
