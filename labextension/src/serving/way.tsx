import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { duration, number } from '../ui';
import { latencyLabel } from './words';

type Way = Schemas['WayReport'];

/** Say in a few words how a deployment is computed. */
export function wayLabel(way: Way, trans: TranslationBundle): string {
  if (way.way === 'original') {
    return trans.__('original model');
  }
  return way.rows_compared > 0
    ? trans.__('compiled · proved on %1 rows', number(way.rows_compared))
    : trans.__('compiled');
}

export interface IWayBadgeProps {
  way: Way;
  open: boolean;
  onToggle: () => void;
  trans: TranslationBundle;
}

/** A badge that says how a deployment is computed, and unfolds why. */
export function WayBadge({ way, open, onToggle, trans }: IWayBadgeProps): React.JSX.Element {
  return (
    <button
      type="button"
      className="jp-mlstudio-Badge jp-mlstudio-WayBadge"
      data-way={way.way}
      aria-expanded={open}
      title={way.why}
      onClick={onToggle}
    >
      {wayLabel(way, trans)}
    </button>
  );
}

/** Why a deployment is computed as it is, and what was found when that was proved. */
export function WayFacts({
  way,
  trans
}: {
  way: Way;
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <div className="jp-mlstudio-WayFacts">
      <p>{way.why}</p>
      <dl>
        {facts(way, trans).map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
      </dl>
    </div>
  );
}

function facts(way: Way, trans: TranslationBundle): [string, string][] {
  const proof: [string, string][] = [
    [trans.__('Rows compared with the original'), number(way.rows_compared)],
    [trans.__('Different labels'), number(way.differing_labels)],
    [
      trans.__('Largest difference of a number'),
      way.largest_difference === null ? trans.__('none') : number(way.largest_difference)
    ]
  ];
  const oneRow: [string, string][] =
    way.one_row_ms === null ? [] : [[trans.__('One row takes'), oneRowLabel(way, trans)]];
  return [
    ...(way.rows_compared > 0 ? proof : []),
    ...oneRow,
    [trans.__('Getting ready took'), duration(way.prepared_ms)]
  ];
}

function oneRowLabel(way: Way, trans: TranslationBundle): string {
  const now = latencyLabel(way.one_row_ms);
  return way.way === 'compiled' && way.original_one_row_ms !== null
    ? trans.__('%1; by the original %2', now, latencyLabel(way.original_one_row_ms))
    : now;
}
