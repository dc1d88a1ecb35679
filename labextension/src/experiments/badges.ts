import { CodeCell, type Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import type { Changed } from '../api';
import { Badge, byCell, type IBadgeActions, type ICellRuns } from './badge';
import type { IExperimentsContext } from './context';
import { localPath } from './notebook';

const SETTING = 'cellBadges';
const PAUSE = 120;
const MINUTE = 60_000;

/** What the badges take note of. */
export interface IBadges {
  note: (change: Changed) => void;
}

/** Mark the cells of all open notebooks with the runs that they made, unless that is switched off. */
export function addBadges(context: IExperimentsContext, actions: IBadgeActions): IBadges {
  const { notebooks, settings } = context;
  const open = new Set<NotebookBadges>();
  let isOn = true;
  notebooks?.widgetAdded.connect((_, panel) => {
    const badges = new NotebookBadges(panel, context, actions);
    open.add(badges);
    panel.disposed.connect(() => {
      open.delete(badges);
      badges.dispose();
    });
    badges.isOn = isOn;
  });
  notebooks?.currentChanged.connect(() => open.forEach(badges => void badges.catchUp()));
  void settings.then(loaded => {
    const read = (): void => {
      isOn = loaded?.get(SETTING).composite !== false;
      open.forEach(badges => {
        badges.isOn = isOn;
      });
    };
    loaded?.changed.connect(read);
    read();
  });
  return { note: change => open.forEach(badges => badges.note(change)) };
}

/** The badges of one notebook. They are in the page only: the notebook file never learns of them. */
class NotebookBadges {
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _context: IExperimentsContext,
    private readonly _actions: IBadgeActions
  ) {
    const { content, context } = _panel;
    content.modelContentChanged.connect(this._drawSoon, this);
    context.pathChanged.connect(this._askSoon, this);
    context.fileChanged.connect(this._askSoon, this);
    this._clock = setInterval(() => _panel.isVisible && this._drawSoon(), MINUTE);
    void context.ready.then(() => this._askSoon());
  }

  /** Whether the badges are shown. */
  set isOn(isOn: boolean) {
    this._isOn = isOn;
    this._askSoon();
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
    clearTimeout(this._timer);
    clearInterval(this._clock);
  }

  /** Take note of a change. */
  note({ kind }: Changed): void {
    if (kind === 'run') {
      this._askSoon();
    }
  }

  /** Ask again if something has changed and the notebook can be seen. */
  async catchUp(): Promise<void> {
    if (!this._isOld || this._isDisposed || !this._panel.isVisible) {
      return;
    }
    if (this._isAsking) {
      this._askSoon();
      return;
    }
    [this._isOld, this._isAsking] = [false, true];
    this._runs = this._isOn ? await this._ask() : new Map();
    this._isAsking = false;
    this._drawSoon();
  }

  private async _ask(): Promise<ReadonlyMap<string, ICellRuns>> {
    const { app, studio } = this._context;
    const path = localPath(this._panel, app.serviceManager.contents);
    try {
      const { data } = await studio.api.GET('/experiments/notebooks', {
        params: { query: { path } }
      });
      return byCell(data?.items ?? []);
    } catch {
      return this._runs; // the sidebar says what is wrong; a notebook is no place for it
    }
  }

  private _askSoon(): void {
    this._isOld = true;
    this._timer ??= setTimeout(() => {
      this._timer = undefined;
      void this.catchUp();
    }, PAUSE);
  }

  private _drawSoon(): void {
    this._frame ||= requestAnimationFrame(() => {
      this._frame = 0;
      if (!this._isDisposed) {
        this._panel.content.widgets.forEach(cell => this._draw(cell));
      }
    });
  }

  /** Put the badge of a cell where it belongs; a cell that is not drawn yet gets it when it is. */
  private _draw(cell: Cell): void {
    const runs = this._runs.get(cell.model.id);
    const known = this._badges.get(cell);
    if (!runs) {
      known?.node.remove();
      return;
    }
    if (cell.isPlaceholder()) {
      void cell.ready.then(() => this._drawSoon());
      return;
    }
    const badge = known ?? new Badge(this._actions, this._context.trans);
    this._badges.set(cell, badge);
    badge.show(runs, cell instanceof CodeCell && cell.model.isDirty);
    const input = cell.node.querySelector(':scope > .jp-Cell-inputWrapper');
    if (input && input.nextSibling !== badge.node) {
      input.after(badge.node);
    }
  }

  private _runs: ReadonlyMap<string, ICellRuns> = new Map();
  private _isOn = true;
  private _isOld = true;
  private _isAsking = false;
  private _isDisposed = false;
  private _frame = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _clock: ReturnType<typeof setInterval>;
  private readonly _badges = new WeakMap<Cell, Badge>();
}
