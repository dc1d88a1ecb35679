import { Notification } from '@jupyterlab/apputils';

import { apiUrl } from '../api';
import { messageOf } from '../ui';
import type { ChartSpec } from './chart-spec';
import type { IExperimentsContext } from './context';
import { confirmDelete } from './dialogs';
import type { Run } from './run';

/** The forms in which the notebook of a run can be had. */
export type NotebookForm = 'run' | 'minimal';

/** What can be done with runs from anywhere; the changes come back as events. */
export class RunActions {
  constructor(private readonly _context: IExperimentsContext) {}

  readonly open = (id: string): void => this._context.openRun(id);

  readonly openFile = (path: string): void => {
    void this._context.app.commands.execute('docmanager:open', { path });
  };

  /** Compare runs; null where that is switched off. */
  get compare(): ((ids: readonly string[]) => void) | null {
    return this._command('mlstudio:experiments-compare', ids => ({ run_ids: [...ids] }));
  }

  get openJob(): ((id: string) => void) | null {
    return this._command('mlstudio:jobs-open', id => ({ job_id: id }));
  }

  get register(): ((id: string) => void) | null {
    return this._command('mlstudio:registry-register', id => ({ run_id: id }));
  }

  get deploy(): ((id: string) => void) | null {
    return this._command('mlstudio:serving-deploy', id => ({ run_id: id }));
  }

  /** Put a chart into the notebook in front; null where there is none. */
  get insertChart(): ((spec: ChartSpec) => void) | null {
    const { app, tracker } = this._context;
    const command = 'mlstudio:experiments-insert-chart';
    return tracker.insert !== null && app.commands.hasCommand(command)
      ? spec => void app.commands.execute(command, { spec: JSON.parse(JSON.stringify(spec)) })
      : null;
  }

  /** Open a logged table in the wrangling panel; null where there is none. */
  get wrangle(): ((id: string, path: string) => Promise<void>) | null {
    const { commands } = this._context.app;
    return commands.hasCommand('mlstudio:wrangling-open') ? this._wrangle : null;
  }

  /** Restore the notebook that made a run, and open it. */
  readonly openNotebook = async (id: string, form: NotebookForm): Promise<void> => {
    const params = { path: { id } };
    await this._try(async () => {
      const { data } = await this._context.studio.api.POST('/experiments/runs/{id}/notebook', {
        params,
        body: { form }
      });
      if (data) {
        await this._context.app.commands.execute('docmanager:open', { path: data.path });
        this._tell(data.notes);
      }
    });
  };

  /** Run the notebook of a run once more as a job, and show that. */
  readonly runAgain = async (id: string): Promise<void> => {
    const params = { path: { id } };
    await this._try(async () => {
      const { data } = await this._context.studio.api.POST('/experiments/runs/{id}/again', {
        params,
        body: { form: 'minimal', parameters: {} }
      });
      if (data) {
        this.openJob?.(data.job);
      }
    });
  };

  readonly remove = async (run: Run): Promise<void> => {
    if (await confirmDelete(1, this._context.trans)) {
      const params = { path: { id: run.id } };
      await this._try(() => this._context.studio.api.DELETE('/experiments/runs/{id}', { params }));
    }
  };

  readonly restore = async (run: Run): Promise<void> => {
    const params = { path: { id: run.id } };
    await this._try(() =>
      this._context.studio.api.POST('/experiments/runs/{id}/restore', { params })
    );
  };

  /** The address from which the browser saves an artifact as a file. */
  readonly address = (id: string, path: string): string => {
    const { serverSettings } = this._context.studio;
    const url = apiUrl(serverSettings, 'experiments', 'runs', id, 'artifact');
    return `${url}?${new URLSearchParams({ path, save: 'true' }).toString()}`;
  };

  private readonly _wrangle = async (id: string, path: string): Promise<void> => {
    const { app, studio } = this._context;
    await this._try(async () => {
      const params = { path: { id }, query: { path } };
      const { data } = await studio.api.POST('/experiments/runs/{id}/artifact/copy', { params });
      await app.commands.execute('mlstudio:wrangling-open', { path: data?.path ?? '' });
    });
  };

  private _command<T>(
    command: string,
    args: (given: T) => Record<string, string | string[]>
  ): ((given: T) => void) | null {
    const { commands } = this._context.app;
    return commands.hasCommand(command)
      ? given => void commands.execute(command, args(given))
      : null;
  }

  private _tell(notes: readonly string[]): void {
    if (notes.length > 0) {
      Notification.info(notes.join(' '), { autoClose: 8000 });
    }
  }

  private async _try(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      Notification.error(messageOf(error));
    }
  }
}
