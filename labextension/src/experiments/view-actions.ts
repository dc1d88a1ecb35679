import { InputDialog, Notification } from '@jupyterlab/apputils';

import type { Schemas } from '../api';
import { messageOf } from '../ui';
import type { IExperimentsContext } from './context';
import { insertAndRun } from './view-insert';
import type { ITableActions } from './table';

/** How long the way back from deleting is offered, in milliseconds. */
const REGRET = 12_000;

/** What the table asks of the application: the changes come back as events. */
export class TableActions implements ITableActions {
  constructor(
    private readonly _context: IExperimentsContext,
    /** Asks for what has changed at once. */
    private readonly _update: () => Promise<unknown>
  ) {}

  readonly open = (id: string): void => this._context.openRun(id);

  get compare(): ((ids: readonly string[]) => void) | null {
    const { commands } = this._context.app;
    return commands.hasCommand(COMPARE)
      ? ids => void commands.execute(COMPARE, { run_ids: [...ids] })
      : null;
  }

  get insert(): (() => void) | null {
    return this._context.tracker.insert;
  }

  get insertCode(): ((code: string) => void) | null {
    const { app, notebooks } = this._context;
    const panel = notebooks?.currentWidget;
    return panel ? code => void insertAndRun(app, panel, code) : null;
  }

  /** Nothing is lost by deleting: it is done at once, and can be undone. */
  readonly remove = (ids: readonly string[]): void => {
    const { trans, studio } = this._context;
    void this._try(async () => {
      const body = { ids: [...ids] };
      const { data } = await studio.api.POST('/experiments/runs/delete', { body });
      await this._update();
      this._complain(data);
      const gone = data?.items ?? [];
      if (gone.length > 0) {
        const told = trans._n(
          '%1 run is in the bin.',
          '%1 runs are in the bin.',
          gone.length,
          gone.length
        );
        const undo = { label: trans.__('Undo'), callback: () => this.restore(gone) };
        Notification.info(told, { autoClose: REGRET, actions: [undo] });
      }
    });
  };

  readonly restore = (ids: readonly string[]): void => {
    const { studio } = this._context;
    void this._try(async () => {
      const body = { ids: [...ids] };
      const { data } = await studio.api.POST('/experiments/runs/restore', { body });
      await this._update();
      this._complain(data);
    });
  };

  readonly tag = (ids: readonly string[]): void => {
    const { trans, studio } = this._context;
    void this._try(async () => {
      const asked = await InputDialog.getText({
        title: trans._n('Tag %1 Run', 'Tag %1 Runs', ids.length, ids.length),
        label: trans.__('Name and value; without a value the tag is taken away'),
        placeholder: trans.__('team = blue'),
        okLabel: trans.__('Tag')
      });
      const tag = asked.button.accept ? tagIn(asked.value ?? '') : null;
      if (tag) {
        const body = { ids: [...ids], tags: tag };
        const { data } = await studio.api.POST('/experiments/runs/tags', { body });
        await this._update();
        this._complain(data);
      }
    });
  };

  readonly edit = async (id: string, key: string, value: string): Promise<void> => {
    const body: Schemas['RunEdit'] =
      key === 'name'
        ? { name: value }
        : key === 'note'
          ? { note: value }
          : { tags: { [key.slice('tag:'.length)]: value === '' ? null : value } };
    await this._try(async () => {
      const params = { path: { id } };
      await this._context.studio.api.PATCH('/experiments/runs/{id}', { params, body });
      await this._update();
    });
  };

  private _complain(changed: Schemas['RunsChanged'] | undefined): void {
    const { trans } = this._context;
    const [first, ...others] = changed?.failures ?? [];
    if (first) {
      const more = others.length > 0 ? trans.__(' (and %1 more)', others.length) : '';
      Notification.error(`${first.message}${more}`);
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

const COMPARE = 'mlstudio:experiments-compare';

/** Read `name = value`; null if there is no name. */
export function tagIn(text: string): Record<string, string | null> | null {
  const [, name = '', value = ''] = /^\s*([^=]*?)\s*(?:=\s*(.*?)\s*)?$/s.exec(text) ?? [];
  return name === '' ? null : { [name]: value === '' ? null : value };
}
