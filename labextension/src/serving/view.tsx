import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, CopyButton, duration, exactTime, Failure, Loading, StateMark } from '../ui';
import { Call } from './call';
import { Deployments, type IDeploymentsProps } from './deployments';
import type { Detail, EndpointModel } from './endpoint';
import { isRunning, type Endpoint } from './model';
import { Log } from './log';
import { Traffic } from './traffic';
import { TryIt } from './try-it';
import { stateLabel } from './words';

/** What the view asks of the application. */
export interface IEndpointActions extends Pick<
  IDeploymentsProps,
  'onRoll' | 'onRollBack' | 'onOpenRun' | 'onOpenModel'
> {
  start: () => void;
  stop: () => void;
  remove: () => void;
  rotateKey: () => void;
}

/** One endpoint in the main area: its address, how it does, what stands behind it, and a place to try it. */
export class EndpointView extends VDomRenderer<EndpointModel> {
  constructor(
    model: EndpointModel,
    private readonly _actions: IEndpointActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-EndpointView');
  }

  protected render(): React.JSX.Element {
    const { model, _trans: trans } = this;
    if (model.gone) {
      return <Failure message={trans.__('This endpoint was removed. Close this tab.')} />;
    }
    if (model.detail === null) {
      return model.failure === null ? (
        <Loading label={trans.__('Loading the endpoint')} rows={10} />
      ) : (
        <Failure
          message={model.failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    }
    return this._full(model.detail);
  }

  private _full(detail: Detail): React.JSX.Element {
    const { model, _trans: trans, _actions: actions } = this;
    const { endpoint, signature } = detail;
    return (
      <div className="jp-mlstudio-EndpointView-content">
        <Headline endpoint={endpoint} actions={actions} trans={trans} />
        {model.failure === null ? null : <Failure message={model.failure} />}
        <Traffic stats={model.stats} trans={trans} />
        <div className="jp-mlstudio-EndpointView-columns">
          <div>
            <TryIt
              model={model}
              signature={signature}
              ready={endpoint.state === 'ready'}
              trans={trans}
            />
          </div>
          <div>
            <Deployments endpoint={endpoint} {...actions} trans={trans} />
            <Call model={model} detail={detail} onRotate={actions.rotateKey} trans={trans} />
            <Log lines={model.log} trans={trans} />
          </div>
        </div>
      </div>
    );
  }
}

interface IHeadlineProps {
  endpoint: Endpoint;
  actions: IEndpointActions;
  trans: TranslationBundle;
}

function Headline({ endpoint, actions, trans }: IHeadlineProps): React.JSX.Element {
  const { name, url, state, message } = endpoint;
  return (
    <header className="jp-mlstudio-Headline">
      <div>
        <h2 title={name}>{name}</h2>
        <StateMark state={state} label={stateLabel(endpoint, trans)} />
        <Since endpoint={endpoint} trans={trans} />
      </div>
      <div className="jp-mlstudio-Headline-actions">
        {isRunning(endpoint) ? (
          <Button onClick={actions.stop}>{trans.__('Stop')}</Button>
        ) : (
          <Button primary onClick={actions.start}>
            {trans.__('Start again')}
          </Button>
        )}
        <Button onClick={actions.remove}>{trans.__('Remove…')}</Button>
      </div>
      {url ? (
        <div className="jp-mlstudio-Headline-address">
          <code>{url}</code>
          <CopyButton
            text={url}
            label={trans.__('Copy the address')}
            copiedLabel={trans.__('Copied')}
          />
        </div>
      ) : null}
      {message ? (
        <p className="jp-mlstudio-Headline-message" data-state={state} role="status">
          {message}
        </p>
      ) : null}
    </header>
  );
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
