import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button, CopyButton, duration, exactTime, StateMark } from '../ui';
import type { Detail } from './endpoint';
import { isOn, servedLabel, type Endpoint } from './model';
import { stateLabel } from './words';

/** What can be done with the endpoint as a whole. */
export interface IHeadlineActions {
  start: () => void;
  stop: () => void;
  remove: () => void;
  sleep: () => void;
  wake: () => void;
  /** Shows what was asked of it and how that differs from training; null where nothing monitors. */
  readonly monitor: (() => void) | null;
  /** Sends a whole file through its model. */
  transform: () => void;
  /** Opens the page with which anybody can try it in a browser. */
  tryPage: () => void;
}

export interface IHeadlineProps {
  detail: Detail;
  actions: IHeadlineActions;
  trans: TranslationBundle;
}

/** The endpoint in short: its state, its address, what answers, and what can be done. */
export function Headline({ detail, actions, trans }: IHeadlineProps): React.JSX.Element {
  const { endpoint } = detail;
  return (
    <header className="jp-mlstudio-Headline">
      <div>
        <h2 title={endpoint.name}>{endpoint.name}</h2>
        <StateMark state={endpoint.state} label={stateLabel(endpoint, trans)} />
        <Since endpoint={endpoint} trans={trans} />
        <span className="jp-mlstudio-Headline-model">{servedLabel(endpoint)}</span>
      </div>
      <Actions endpoint={endpoint} actions={actions} trans={trans} />
      <Address endpoint={endpoint} actions={actions} trans={trans} />
      {endpoint.message ? (
        <p className="jp-mlstudio-Headline-message" data-state={endpoint.state} role="status">
          {endpoint.message}
        </p>
      ) : null}
    </header>
  );
}

interface IPartProps {
  endpoint: Endpoint;
  actions: IHeadlineActions;
  trans: TranslationBundle;
}

function Actions({ endpoint, actions, trans }: IPartProps): React.JSX.Element {
  const { state } = endpoint;
  return (
    <div className="jp-mlstudio-Headline-actions">
      {actions.monitor ? (
        <Button onClick={actions.monitor} title={trans.__('How live data differ from training')}>
          {trans.__('Monitoring')}
        </Button>
      ) : null}
      <Button onClick={actions.transform} title={trans.__('Send a whole file through its model')}>
        {trans.__('Batch transform…')}
      </Button>
      {state === 'asleep' ? (
        <Button primary onClick={actions.wake}>
          {trans.__('Wake')}
        </Button>
      ) : null}
      {state === 'ready' ? (
        <Button onClick={actions.sleep} title={trans.__('No process runs until somebody asks')}>
          {trans.__('Sleep')}
        </Button>
      ) : null}
      {isOn(endpoint) ? (
        <Button onClick={actions.stop}>{trans.__('Stop')}</Button>
      ) : (
        <Button primary onClick={actions.start}>
          {trans.__('Start again')}
        </Button>
      )}
      <Button onClick={actions.remove}>{trans.__('Remove…')}</Button>
    </div>
  );
}

function Address({ endpoint, actions, trans }: IPartProps): React.JSX.Element | null {
  return endpoint.url ? (
    <div className="jp-mlstudio-Headline-address">
      <code>{endpoint.url}</code>
      <CopyButton
        text={endpoint.url}
        label={trans.__('Copy the address')}
        copiedLabel={trans.__('Copied')}
      />
      <button className="jp-mlstudio-Link" onClick={actions.tryPage}>
        {trans.__('API page')}
      </button>
    </div>
  ) : null;
}

function Since(props: { endpoint: Endpoint; trans: TranslationBundle }): React.JSX.Element | null {
  const { since, restarts, state } = props.endpoint;
  if (since === null || state !== 'ready') {
    return null;
  }
  const up = duration(Date.now() - new Date(since).getTime());
  return (
    <small title={exactTime(since)}>
      {restarts > 0
        ? props.trans._n('for %2, restarted once', 'for %2, restarted %1 times', restarts, up)
        : props.trans.__('for %1', up)}
    </small>
  );
}
