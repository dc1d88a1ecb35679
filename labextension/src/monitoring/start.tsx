import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytes, Button, Empty, number } from '../ui';
import type { Monitor } from './monitor';
import { baselineLabel } from './words';

/** What one can do where nothing was found yet. */
export interface IStartActions {
  /** Begins to keep a share of requests and answers. */
  capture: (share: number) => void;
  check: () => void;
  /** Lets the user choose what to compare with. */
  baseline: () => void;
}

export interface IStartProps {
  monitor: Monitor;
  checking: boolean;
  actions: IStartActions;
  trans: TranslationBundle;
}

/** What monitoring is for, and the next thing to do. */
export function Start({ monitor, checking, actions, trans }: IStartProps): React.JSX.Element {
  if (monitor.capture_share === 0 && monitor.captured_rows === 0) {
    return (
      <Empty
        title={trans.__('Nothing is watched yet')}
        action={
          <Button primary onClick={() => actions.capture(1)}>
            {trans.__('Keep requests and answers')}
          </Button>
        }
      >
        {trans.__(
          'Monitoring compares what callers ask with the data that the model was trained on. For that the endpoint has to keep requests and answers. They stay in this project; you can keep fewer of them, or mask columns, under Capture.'
        )}
      </Empty>
    );
  }
  return (
    <Empty
      title={
        monitor.captured_rows === 0
          ? trans.__('Waiting for requests')
          : trans._n('%1 row is kept', '%1 rows are kept', monitor.captured_rows)
      }
      action={
        monitor.captured_rows === 0 ? undefined : (
          <Button primary disabled={checking} onClick={actions.check}>
            {checking ? trans.__('Checking…') : trans.__('Check now')}
          </Button>
        )
      }
    >
      {monitor.message || trans.__('Compare them with the training data now, or on a schedule.')}
    </Empty>
  );
}

/** What is compared with what, and how much was kept. */
export function Basis({
  monitor,
  actions,
  trans
}: Omit<IStartProps, 'checking'>): React.JSX.Element {
  const { baseline, captured_rows, captured_bytes, capture_share } = monitor;
  return (
    <p className="jp-mlstudio-Basis">
      <span>
        {baseline
          ? trans.__(
              'Compared with %1 (%2 rows)',
              baselineLabel(baseline.source, trans),
              number(baseline.rows)
            )
          : trans.__('There is nothing to compare with')}
      </span>
      <button className="jp-mlstudio-Link" onClick={actions.baseline}>
        {trans.__('Change…')}
      </button>
      <span>
        {trans.__('%1 rows kept, %2', number(captured_rows), bytes(captured_bytes))}
        {capture_share === 0 ? trans.__(' (capture is off)') : ''}
      </span>
    </p>
  );
}
