import * as React from 'react';

import { number, percent } from '../ui';
import type { IPartProps } from './actions';
import type { Column, Profile } from './table';
import { barConditions, edgeWords } from './table-filter';

const HEIGHT = 72;

interface IBarsProps extends IPartProps {
  column: Column;
  profile: Profile;
}

/** The histogram of a column; a click on a bar shows only its rows. */
export function Bars({ model, trans, column, profile }: IBarsProps): React.JSX.Element | null {
  const { histogram, max } = profile;
  if (!histogram || histogram.counts.length === 0) {
    return null;
  }
  const { counts, edges } = histogram;
  const highest = Math.max(...counts, 1);
  const all = Math.max(
    counts.reduce((sum, count) => sum + count, 0),
    1
  );
  const edge = (at: number): string => edgeWords(edges[at] ?? 0, column);
  const narrow = (at: number): void => model.table.narrow(barConditions(column, profile, at));
  return (
    <figure className="jp-mlstudio-Wrangling-bars" data-unsure={profile.exactness !== 'exact'}>
      <div role="group" aria-label={trans.__('Histogram of %1', column.name)}>
        {counts.map((count, at) => {
          const words = trans.__('%1 – %2: %3 rows', edge(at), edge(at + 1), number(count));
          const tall = count > 0 ? Math.max((count / highest) * HEIGHT, 1) : 0;
          return (
            <button
              key={at}
              type="button"
              title={`${words} (${percent(count / all)})`}
              aria-label={words}
              onClick={() => narrow(at)}
            >
              <i style={{ height: tall }} />
            </button>
          );
        })}
      </div>
      <figcaption>
        <span>{edge(0)}</span>
        <span>{typeof max === 'number' ? edgeWords(max, column) : edge(counts.length)}</span>
      </figcaption>
    </figure>
  );
}
