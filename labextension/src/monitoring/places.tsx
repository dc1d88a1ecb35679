import { TextItem, type IStatusBar } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { AlertsModel } from './model';

export interface IPlacesContext {
  readonly model: AlertsModel;
  readonly open: (endpointId: string) => void;
  readonly trans: TranslationBundle;
}

/** Show the number of alerts in the status bar, while there are any; a click leads to the newest. */
export function addStatusItem(statusBar: IStatusBar, context: IPlacesContext): void {
  const { model } = context;
  statusBar.registerStatusItem('mlstudio:monitoring', {
    item: new AlertCount(context),
    align: 'left',
    rank: 22,
    isActive: () => model.unseen.length > 0,
    activeStateChanged: model.stateChanged
  });
}

class AlertCount extends VDomRenderer<AlertsModel> {
  constructor(private readonly _context: IPlacesContext) {
    super(_context.model);
    this.addClass('jp-mod-highlighted');
  }

  protected render(): React.JSX.Element {
    const { open, trans } = this._context;
    const { unseen } = this.model;
    const [newest] = unseen;
    return (
      <TextItem
        source={trans._n('1 alert', '%1 alerts', unseen.length)}
        title={unseen.map(({ endpoint, sentence }) => `${endpoint}: ${sentence}`).join('\n')}
        onClick={() => newest && open(newest.endpoint_id)}
      />
    );
  }
}
