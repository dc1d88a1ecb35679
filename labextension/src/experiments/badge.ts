import type { TranslationBundle } from '@jupyterlab/translation';
import { ellipsesIcon } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import type { Schemas } from '../api';
import { ago, exactTime } from '../ui';
import type { IRunActions } from './detail';
import { stateLabel, valueText } from './words';

export type NotebookRun = Schemas['NotebookRun'];

/** The runs that one cell has made. */
export interface ICellRuns {
  /** The newest of them, which the badge shows. */
  newest: NotebookRun;
  /** All of them, the newest first. */
  all: readonly NotebookRun[];
}

/** What a badge asks of the application. */
export type IBadgeActions = Pick<IRunActions, 'open' | 'compare' | 'openNotebook' | 'runAgain'>;

/** Sort the runs of a notebook by the cells that made them. A run that is a part of another does not stand for its cell. */
export function byCell(runs: readonly NotebookRun[]): ReadonlyMap<string, ICellRuns> {
  const cells = new Map<string, NotebookRun[]>();
  for (const run of runs) {
    if (run.cell_id !== null) {
      cells.set(run.cell_id, [...(cells.get(run.cell_id) ?? []), run]);
    }
  }
  const found = new Map<string, ICellRuns>();
  for (const [id, all] of cells) {
    const whole = all.filter(({ parent }) => parent === null);
    const counted = whole.length > 0 ? whole : all;
    const [newest] = counted;
    if (newest) {
      found.set(id, { newest, all: counted });
    }
  }
  return found;
}

/** The small mark below a cell that made a run: its metric, its age, and whether it still holds. */
export class Badge {
  constructor(
    private readonly _actions: IBadgeActions,
    private readonly _trans: TranslationBundle
  ) {
    this.node.className = 'jp-mlstudio-CellRun';
    this._opener.type = 'button';
    this._opener.addEventListener(
      'click',
      () => this._runs && _actions.open(this._runs.newest.run_id)
    );
    this._more.type = 'button';
    this._more.className = 'jp-mlstudio-CellRun-more';
    this._more.title = _trans.__('What can be done with this run');
    this._more.setAttribute('aria-label', this._more.title);
    this._more.setAttribute('aria-haspopup', 'menu');
    ellipsesIcon.element({ container: this._more, elementSize: 'small' });
    this._more.addEventListener('click', () => this._openMenu());
    this.node.append(this._opener, this._more);
  }

  readonly node = document.createElement('div');

  /** Show the runs of a cell; `isEdited` if its code is not what was run. */
  show(runs: ICellRuns, isEdited: boolean): void {
    this._runs = runs;
    const { newest, all } = runs;
    const reasons = [
      ...(isEdited ? [this._trans.__('The cell has been edited since.')] : []),
      ...newest.stale
    ];
    const words = wordsOf(newest, all.length, reasons.length > 0, this._trans);
    const key = JSON.stringify([words, reasons, newest.state]);
    if (key !== this._key) {
      this._key = key;
      this.node.dataset['state'] = newest.state;
      this.node.classList.toggle('jp-mod-stale', reasons.length > 0);
      this._opener.replaceChildren(dot(newest), ...words.map(piece));
      this._opener.title = [
        `${newest.name} · ${stateLabel(newest.state, this._trans)} · ${exactTime(newest.at)}`,
        ...reasons
      ].join('\n');
      this._opener.setAttribute(
        'aria-label',
        this._trans.__('Run %1', `${newest.name}: ${words.join(', ')}`)
      );
    }
  }

  private _openMenu(): void {
    if (this._runs) {
      const { left, bottom } = this._more.getBoundingClientRect();
      menuOf(this._runs, this._actions, this._trans).open(left, bottom);
    }
  }

  private _runs: ICellRuns | null = null;
  private _key = '';
  private readonly _opener = document.createElement('button');
  private readonly _more = document.createElement('button');
}

function wordsOf(
  run: NotebookRun,
  count: number,
  isStale: boolean,
  trans: TranslationBundle
): string[] {
  const metric = run.metric === null ? run.name : `${run.metric} ${valueText(run.value)}`;
  const when = run.state === 'running' ? trans.__('running') : ago(run.at);
  const how =
    run.state === 'failed' || run.state === 'killed' ? [stateLabel(run.state, trans)] : [];
  const others = count > 1 ? [trans.__('%1 runs', count.toLocaleString())] : [];
  return [metric, when, ...how, ...others, ...(isStale ? [trans.__('stale')] : [])];
}

function dot({ state }: NotebookRun): HTMLElement {
  const mark = document.createElement('span');
  mark.className = 'jp-mlstudio-StateMark';
  mark.dataset['state'] = state;
  const inner = document.createElement('span');
  inner.className = 'jp-mlstudio-StateMark-dot';
  mark.append(inner);
  return mark;
}

function piece(text: string): HTMLElement {
  const span = document.createElement('span');
  span.textContent = text;
  return span;
}

function menuOf(
  { newest, all }: ICellRuns,
  actions: IBadgeActions,
  trans: TranslationBundle
): Menu {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  const add = (id: string, label: string, execute: (() => unknown) | null): void => {
    commands.addCommand(id, {
      label,
      isEnabled: () => execute !== null,
      execute: () => execute?.(),
      describedBy: { args: { type: 'object', properties: {} } }
    });
    menu.addItem({ command: id });
  };
  const { run_id: id } = newest;
  const [, previous] = all;
  const { compare } = actions;
  add('open', trans.__('Open Run'), () => actions.open(id));
  add(
    'compare',
    trans.__('Compare With Previous'),
    previous && compare ? () => compare([id, previous.run_id]) : null
  );
  add('notebook', trans.__('Open Notebook of This Run'), () => actions.openNotebook(id, 'run'));
  add('minimal', trans.__('Open Minimal Notebook'), () => actions.openNotebook(id, 'minimal'));
  add('again', trans.__('Run Again'), () => actions.runAgain(id));
  menu.aboutToClose.connect(() => setTimeout(() => menu.dispose())); // after the chosen command has begun
  return menu;
}
