import type { IRunningSessionManagers, IRunningSessions } from '@jupyterlab/running';
import { TextItem, type IStatusBar } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { servingIcon } from '../ui';
import { servedLabel, type Endpoint, type EndpointsModel } from './model';
import { stateLabel } from './words';

/** What the places outside of the panel need. */
export interface IPlacesContext {
  readonly model: EndpointsModel;
  readonly trans: TranslationBundle;
  readonly open: (endpointId: string) => void;
  readonly show: () => void;
  readonly fail: (error: unknown) => void;
}

/** Show the number of endpoints that are not stopped in the status bar; a click leads to them. */
export function addStatusItem(statusBar: IStatusBar, { model, trans, show }: IPlacesContext): void {
  const item = new EndpointCount(model, trans, show);
  statusBar.registerStatusItem('mlstudio:serving', {
    item,
    align: 'left',
    rank: 21,
    isActive: () => model.running.length > 0,
    activeStateChanged: model.stateChanged
  });
}

class EndpointCount extends VDomRenderer<EndpointsModel> {
  constructor(
    model: EndpointsModel,
    private readonly _trans: TranslationBundle,
    private readonly _show: () => void
  ) {
    super(model);
    this.addClass('jp-mod-highlighted');
  }

  protected render(): React.JSX.Element {
    const { running } = this.model;
    const asleep = running.filter(({ state }) => state === 'asleep').length;
    const count = this._trans._n('1 endpoint', '%1 endpoints', running.length);
    return (
      <TextItem
        source={asleep > 0 ? this._trans.__('%1, %2 asleep', count, asleep) : count}
        title={running
          .map(endpoint => `${endpoint.name}: ${stateLabel(endpoint, this._trans)}`)
          .join('\n')}
        onClick={this._show}
      />
    );
  }
}

/** List the endpoints that are not stopped in the Running panel, each with a stop button. */
export function addRunningSection(running: IRunningSessionManagers, context: IPlacesContext): void {
  const { model, trans, fail } = context;
  running.add({
    name: trans.__('ML Studio Endpoints'),
    running: () => model.running.map(endpoint => runningItem(endpoint, context)),
    refreshRunning: () => void model.refresh(),
    runningChanged: model.stateChanged,
    shutdownAll: () => {
      void Promise.all(model.running.map(({ id }) => model.stop(id))).catch(fail);
    },
    shutdownLabel: trans.__('Stop'),
    shutdownAllLabel: trans.__('Stop All'),
    shutdownAllConfirmationText: trans.__('Stop all endpoints? Their addresses no longer answer.')
  });
}

/** Describe an endpoint as the Running panel wants it. */
function runningItem(
  endpoint: Endpoint,
  { model, trans, open, fail }: IPlacesContext
): IRunningSessions.IRunningItem {
  return {
    className: 'jp-mlstudio-RunningEndpoint',
    icon: () => servingIcon,
    label: () => `${endpoint.name} (${servedLabel(endpoint)})`,
    labelTitle: () => endpoint.url ?? endpoint.message,
    detail: () => stateLabel(endpoint, trans),
    open: () => open(endpoint.id),
    shutdown: () => void model.stop(endpoint.id).catch(fail)
  };
}
