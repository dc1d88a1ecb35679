import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';

import { jobsIcon } from '../ui';

/** How one kind of tab is made. */
export interface ITabKind<T extends Widget> {
  /** A word for ids and for the saved layout. */
  readonly name: string;
  readonly label: string;
  readonly icon?: LabIcon;
  /** Make what a tab shows; `name` tells its tab what it is called. */
  readonly create: (key: string, tab: ITab) => T;
}

/** What the content may do with its tab. */
export interface ITab {
  name: (label: string, caption: string) => void;
  close: () => void;
  readonly isVisible: boolean;
}

/** The tabs of one kind in the main area, one for each thing. */
export class Tabs<T extends Widget> {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _kind: ITabKind<T>
  ) {
    this._tracker = new WidgetTracker({ namespace: `mlstudio-${_kind.name}s` });
  }

  /** What stands in front; null if it is something else. */
  get current(): T | null {
    const { currentWidget } = this._tracker;
    const isInFront = currentWidget !== null && currentWidget === this._app.shell.currentWidget;
    return isInFront ? currentWidget.content : null;
  }

  /** Return the content of an open tab; null if it is not open. */
  find(key: string): T | null {
    return this._find(key)?.content ?? null;
  }

  /** Show something, in the tab that it has if it has one. */
  async open(key: string): Promise<void> {
    const tab = this._find(key) ?? this._create(key);
    if (!tab.isAttached) {
      this._app.shell.add(tab, 'main', { type: 'ML Studio' });
    }
    if (!this._tracker.has(tab)) {
      await this._tracker.add(tab);
    }
    this._app.shell.activateById(tab.id);
  }

  /** Open the tabs again that were open before the page was loaded. */
  restore(
    restorer: ILayoutRestorer,
    command: string,
    args: (key: string) => ReadonlyPartialJSONObject
  ): void {
    void restorer.restore(this._tracker, {
      command,
      args: tab => args(this._keyOf(tab)),
      name: tab => this._keyOf(tab)
    });
  }

  private _find(key: string): MainAreaWidget<T> | undefined {
    return this._tracker.find(tab => this._keyOf(tab) === key);
  }

  private _keyOf({ id }: Widget): string {
    return id.slice(this._prefix.length);
  }

  private _create(key: string): MainAreaWidget<T> {
    const made: { tab: MainAreaWidget<T> | null } = { tab: null }; // content may speak before it has its tab
    const handle: ITab = {
      name: (label, caption) => {
        if (made.tab) {
          Object.assign(made.tab.title, { label, caption });
        }
      },
      close: () => made.tab?.dispose(),
      get isVisible() {
        return made.tab?.isVisible ?? false;
      }
    };
    const content = this._kind.create(key, handle);
    const tab = (made.tab = new MainAreaWidget({ content }));
    tab.id = this._prefix + key;
    tab.title.icon = this._kind.icon ?? jobsIcon;
    tab.title.label = this._kind.label;
    tab.title.closable = true;
    tab.toolbar.hide();
    return tab;
  }

  private get _prefix(): string {
    return `mlstudio-${this._kind.name}-`;
  }

  private readonly _tracker: WidgetTracker<MainAreaWidget<T>>;
}
