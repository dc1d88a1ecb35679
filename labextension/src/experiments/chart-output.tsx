import type { TranslationBundle } from '@jupyterlab/translation';
import { ellipsesIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ChartBody } from './chart-body';
import { Menu } from './chart-menu';
import type { ChartModel } from './chart-model';
import { copyPicture, download, type Form } from './chart-picture';
import { useSeen, useVersion } from './chart-react';
import { heading } from './chart-spec';
import type { IPlot } from './plot';

export interface IOutputProps {
  model: ChartModel;
  trans: TranslationBundle;
}

/** A chart in the output of a cell. */
export function ChartOutput({ model, trans }: IOutputProps): React.JSX.Element {
  const place = React.useRef<HTMLElement>(null);
  const plot = React.useRef<IPlot | null>(null);
  const version = useVersion(model);
  useSeen(place, model);
  const title = heading(model.spec, model.runs, trans);
  const save = (form: Form): void => void download(form, model, plot.current, title);
  return (
    <section ref={place} className="jp-mlstudio-ChartCard" aria-label={title}>
      <header>
        <h4>{title}</h4>
        <Menu
          label={trans.__('More about the chart')}
          items={[
            {
              label: trans.__('Copy as Picture'),
              act: () => void copyPicture(plot.current, trans)
            },
            { label: trans.__('Download PNG'), act: () => save('png') },
            { label: trans.__('Download SVG'), act: () => save('svg') },
            { label: trans.__('Download CSV'), act: () => save('csv') }
          ]}
        >
          <ellipsesIcon.react tag="span" width="14px" />
        </Menu>
      </header>
      <div className="jp-mlstudio-ChartCard-body">
        <ChartBody
          {...{ model, label: title, trans, version }}
          onPlot={made => {
            plot.current = made;
          }}
        />
      </div>
    </section>
  );
}
