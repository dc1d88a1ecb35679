import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';

import type { Changed } from '../api';
import { experimentsIcon } from '../ui';
import { ArtifactsModel } from './artifact-model';
import { CommandIds } from './commands';
import type { IExperimentsContext } from './context';
import { RunDetail } from './detail';
import type { RunActions } from './run-actions';
import { RunModel } from './run';

const PREFIX = 'mlstudio-run-';

type Tab = MainAreaWidget<RunDetail>;

/** The tabs with everything about a run: one for each run that is open. */
export class RunTabs {
  constructor(
    private readonly _context: IExperimentsContext,
    private readonly _actions: RunActions
  ) {}

  /** Open the tabs again that were open before the page was loaded. */
  restore(): void {
    void this._context.restorer?.restore(this._tracker, {
      command: CommandIds.openRun,
      args: ({ content }) => ({ run_id: content.model.id }),
      name: ({ content }) => content.model.id
    });
  }

  /** Show a run, in the tab that it already has or in a new one. */
  async open(id: string): Promise<void> {
    const { shell } = this._context.app;
    const tab = this._tracker.find(({ content }) => content.model.id === id) ?? this._create(id);
    if (!tab.isAttached) {
      shell.add(tab, 'main', { type: 'ML Studio' });
    }
    if (!this._tracker.has(tab)) {
      await this._tracker.add(tab);
    }
    shell.activateById(tab.id);
  }

  /** Take note of a change: open runs ask again. */
  note(change: Changed): void {
    this._tracker.forEach(({ content }) => content.note(change));
  }

  private _create(id: string): Tab {
    const { studio, rendermime, trans } = this._context;
    const model = new RunModel(studio.api, id);
    const content = new RunDetail(model, {
      artifacts: new ArtifactsModel(studio.api, id),
      actions: this._actions,
      api: studio.api,
      changed: studio.changed,
      rendermime,
      trans
    });
    const tab = new MainAreaWidget({ content });
    tab.id = PREFIX + id;
    tab.title.icon = experimentsIcon;
    tab.title.label = trans.__('Run');
    tab.title.closable = true;
    model.stateChanged.connect(() => {
      if (model.run) {
        tab.title.label = model.run.name;
        tab.title.caption = `${model.run.name} · ${model.run.experiment}`;
      }
    });
    void model.refresh();
    return tab;
  }

  private readonly _tracker = new WidgetTracker<Tab>({ namespace: 'mlstudio-runs' });
}
