import { SidePanel } from '@jupyterlab/ui-components';

import type { Changed } from '../api';
import { experimentsIcon } from '../ui';
import { CommandIds } from './commands';
import type { IExperimentsContext } from './context';
import { followNotebook } from './notebook';
import { RunsPanel } from './panel';
import { PanelModel } from './panel-model';
import type { RunActions } from './run-actions';

/** What the sidebar takes note of. */
export interface ISidebar {
  note: (change: Changed) => void;
}

/** Put the list of runs into the left sidebar. */
export function addSidebar(context: IExperimentsContext, runs: RunActions): ISidebar {
  const { app, studio, tracker, trans, notebooks, restorer } = context;
  const model = new PanelModel(studio.api);
  const panel = new RunsPanel(
    model,
    {
      open: runs.open,
      openAll: () => void app.commands.execute(CommandIds.open),
      track: () => void app.commands.execute(CommandIds.track),
      get compare() {
        return runs.compare;
      },
      get insert() {
        return tracker.insert;
      }
    },
    trans
  );
  const sidebar = new SidePanel();
  sidebar.id = 'mlstudio-experiments';
  sidebar.title.icon = experimentsIcon;
  sidebar.title.caption = trans.__('Experiments');
  sidebar.addWidget(panel);
  model.isSeen = () => panel.isVisible;
  app.shell.add(sidebar, 'left', { rank: 601, type: 'ML Studio' });
  restorer?.add(sidebar, sidebar.id);
  if (notebooks) {
    followNotebook(notebooks, app.serviceManager.contents, path => {
      model.notebook = path;
    });
  }
  tracker.changed.connect(() => model.stateChanged.emit());
  return model;
}
