import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Changed } from '../api';
import type { IStudio } from '../tokens';
import { jobsIcon } from '../ui';
import { JobModel } from './detail';
import { JobView, type IJobActions } from './view';

const OPEN_FILE = 'docmanager:open';
const OPEN_RUN = 'mlstudio:experiments-open-run';

/** The jobs that are open in the main area. */
export class JobTabs {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _studio: IStudio,
    private readonly _trans: TranslationBundle
  ) {}

  /** The job in front; null if something else is. */
  get current(): string | null {
    const { currentWidget } = this._tracker;
    const isInFront = currentWidget !== null && currentWidget === this._app.shell.currentWidget;
    return isInFront ? currentWidget.content.model.id : null;
  }

  /** Show a job, in the tab that it has if it has one. */
  async open(id: string): Promise<void> {
    const tab = this._tracker.find(({ content }) => content.model.id === id) ?? this._create(id);
    if (!tab.isAttached) {
      this._app.shell.add(tab, 'main', { type: 'ML Studio' });
    }
    if (!this._tracker.has(tab)) {
      await this._tracker.add(tab);
    }
    this._app.shell.activateById(tab.id);
  }

  /** Open the tabs again that were open before the page was loaded. */
  restore(restorer: ILayoutRestorer, command: string): void {
    void restorer.restore(this._tracker, {
      command,
      args: ({ content }) => ({ job_id: content.model.id }),
      name: ({ content }) => content.model.id
    });
  }

  private _create(id: string): MainAreaWidget<JobView> {
    const model = new JobModel(this._studio.api, id);
    const content = new JobView(model, this._actions(id), this._trans);
    const tab = new MainAreaWidget({ content });
    tab.id = `mlstudio-job-${id}`;
    tab.title.icon = jobsIcon;
    tab.title.label = this._trans.__('Job');
    tab.toolbar.hide();
    tab.title.closable = true;
    model.stateChanged.connect(() => {
      tab.title.label = model.job?.name ?? this._trans.__('Job');
      tab.title.caption = model.job?.spec.notebook ?? '';
    });
    this._keepFresh(model, tab);
    return tab;
  }

  private _keepFresh(model: JobModel, tab: MainAreaWidget<JobView>): void {
    const { changed } = this._studio;
    const check = (_: object, { kind, id, change }: Changed): void => {
      if (kind === 'job' && id === model.id) {
        if (change === 'removed') {
          tab.dispose();
        } else {
          void model.refresh();
        }
      } else if (kind === 'run' && tab.isVisible) {
        void model.refreshRuns();
      }
    };
    changed.connect(check);
    tab.content.disposed.connect(() => {
      changed.disconnect(check);
      model.dispose();
    });
    void model.refresh();
    void model.refreshRuns();
  }

  private _actions(id: string): IJobActions {
    const { commands } = this._app;
    const run = (command: string) => (): void => void commands.execute(command, { job_id: id });
    return {
      stop: run('mlstudio:jobs-stop'),
      again: run('mlstudio:jobs-again'),
      remove: run('mlstudio:jobs-remove'),
      openFile: path => void commands.execute(OPEN_FILE, { path }),
      get openRun() {
        return commands.hasCommand(OPEN_RUN)
          ? (run_id: string) => void commands.execute(OPEN_RUN, { run_id })
          : null;
      }
    };
  }

  private readonly _tracker = new WidgetTracker<MainAreaWidget<JobView>>({
    namespace: 'mlstudio-jobs'
  });
}
