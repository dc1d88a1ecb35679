import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { ILayoutRestorer } from '@jupyterlab/application';

import { wranglingIcon } from '../ui';
import type { ICommandContext } from './commands';
import { FileHost } from './hosts';
import { WrangleModel } from './model';
import { nameOf, type IWranglingHost } from './opening';
import { WranglePanel } from './panel';
import type { Recipe, Source } from './recipes';

/** What is opened that is no document: a folder, a table of a database, a file with a recipe from a cell. */
export interface IOpened {
  source: Source;
  recipe?: Recipe | null;
  /** The kernel to use, if there is one already. */
  host?: FileHost;
  password?: string;
  /** The cell that the recipe came from. */
  cell?: string | null;
}

/** Opens tables that are no documents, and opens them again after a reload. */
export class SourceTabs {
  constructor(private readonly _context: ICommandContext) {}

  /** Open a table in a tab of its own; the one that shows it already, if there is one. */
  open(opened: IOpened): MainAreaWidget<WranglePanel> {
    const { app, actions, themes, translator } = this._context;
    const key = JSON.stringify(opened.source);
    const id = `mlstudio-wrangling-source-${key}`;
    const shown = [...app.shell.widgets('main')].find(widget => widget.id === id);
    if (shown && !opened.recipe) {
      app.shell.activateById(id);
      return shown as MainAreaWidget<WranglePanel>;
    }
    shown?.dispose();
    const model = this._model(key, opened);
    const content = new WranglePanel({ model, actions, themes, translator });
    const widget = new MainAreaWidget({ content });
    widget.id = id;
    widget.title.label = nameOf(opened.source);
    widget.title.icon = wranglingIcon;
    widget.title.caption =
      opened.source.kind === 'database' ? opened.source.url : widget.title.label;
    widget.toolbar.hide();
    app.shell.add(widget, 'main', { type: 'ML Studio' });
    app.shell.activateById(id);
    this._sources.set(widget, opened.source);
    void this._tracker.add(widget);
    void model.open();
    return widget;
  }

  /** Let the views come back after a reload. */
  restore(restorer: ILayoutRestorer, command: string): void {
    const source = (widget: MainAreaWidget<WranglePanel>): Source | undefined =>
      this._sources.get(widget);
    void restorer.restore(this._tracker, {
      command,
      args: widget => ({ source: (source(widget) ?? null) as never }),
      name: widget => widget.id
    });
  }

  private _model(key: string, { source, recipe, host, password, cell }: IOpened): WrangleModel {
    const { app, drafts, recents } = this._context;
    const file = host ?? new FileHost(app.serviceManager, `${nameOf(source)} ${digest(key)}`);
    const around: IWranglingHost = {
      connect: () => file.connect(),
      restart: () => file.restart(),
      keep: (kept, dirty) => drafts.keep(key, kept, dirty),
      before: async () => recipe ?? (await drafts.get(key)),
      close: () => file.dispose(),
      recents
    };
    const model = new WrangleModel(around, source);
    model.opening.password = password ?? '';
    model.output.cell = cell ?? null;
    return model;
  }

  private readonly _sources = new WeakMap<MainAreaWidget<WranglePanel>, Source>();
  private readonly _tracker = new WidgetTracker<MainAreaWidget<WranglePanel>>({
    namespace: 'mlstudio-wrangling-sources'
  });
}

/** A short name for a text, the same after a reload. */
function digest(text: string): string {
  const code = [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
  return (code >>> 0).toString(36);
}
