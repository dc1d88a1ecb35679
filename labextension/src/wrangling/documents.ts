import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker, type IThemeManager } from '@jupyterlab/apputils';
import {
  ABCWidgetFactory,
  DocumentWidget,
  type DocumentRegistry,
  type IDocumentWidget
} from '@jupyterlab/docregistry';
import type { Contents, ServiceManager } from '@jupyterlab/services';
import type { ITranslator } from '@jupyterlab/translation';

import { wranglingIcon } from '../ui';
import type { IWranglingActions } from './actions';
import { RECIPE_FILE } from './dialogs';
import type { Drafts } from './drafts';
import { OPENED, OPENED_FIRST, addFileTypes } from './file-types';
import { FileHost } from './hosts';
import { WrangleModel } from './model';
import type { IWranglingHost } from './opening';
import { WranglePanel } from './panel';
import type { Recents } from './recents';
import type { Recipe } from './recipes';
import { PROVIDER, UntouchedProvider } from './untouched';

/** The name that "Open With" shows. */
export const FACTORY = 'Wrangle';

export interface IDocumentOptions {
  services: ServiceManager.IManager;
  actions: IWranglingActions;
  drafts: Drafts;
  recents: Recents;
  themes: IThemeManager | null;
  translator: ITranslator | null;
  /** Where a recipe that was made for a DataFrame runs. */
  frameHost: () => IWranglingHost | null;
  /** Reads a recipe of the project. */
  read: (path: string) => Promise<Recipe>;
}

/** Opens data files and recipes as wrangling views. */
export class WrangleFactory extends ABCWidgetFactory<IDocumentWidget<WranglePanel>> {
  constructor(private readonly _owner: IDocumentOptions) {
    super({
      name: FACTORY,
      modelName: 'text',
      fileTypes: OPENED,
      defaultFor: OPENED_FIRST,
      readOnly: true,
      canStartKernel: false,
      contentProviderId: PROVIDER,
      translator: _owner.translator ?? undefined
    });
  }

  protected override createNewWidget(
    context: DocumentRegistry.Context
  ): IDocumentWidget<WranglePanel> {
    const { actions, themes, translator } = this._owner;
    const model = this._model(this._owner.services.contents.localPath(context.path));
    const content = new WranglePanel({ model, actions, themes, translator });
    content.title.icon = wranglingIcon;
    const widget = new DocumentWidget({ content, context });
    widget.toolbar.hide();
    model.changed.connect(() => markDirty(widget, model.output.dirty));
    void model.open();
    return widget;
  }

  private _model(path: string): WrangleModel {
    const { services, drafts, recents, frameHost, read } = this._owner;
    const isRecipe = RECIPE_FILE.test(path);
    const file = new FileHost(services, path);
    const host: IWranglingHost = {
      connect: source => (source.kind === 'file' ? file : (frameHost() ?? file)).connect(source),
      restart: () => file.restart(),
      // What stands in the recipe's own file is not kept a second time: the file may be changed elsewhere.
      keep: (recipe, dirty) => drafts.keep(path, dirty || !isRecipe ? recipe : null, dirty),
      before: () => drafts.get(path),
      close: () => file.dispose(),
      recents
    };
    if (!isRecipe) {
      return new WrangleModel(host, { kind: 'file', path });
    }
    const model = new WrangleModel({ ...host, read: () => read(path) }, null);
    model.output.path = path;
    return model;
  }
}

/** Register the file types, the factory and the tracker that opens the views again after a reload. */
export function addDocuments(
  app: JupyterFrontEnd,
  options: IDocumentOptions,
  drive: Contents.IDrive | null,
  restorer: ILayoutRestorer | null
): WidgetTracker<IDocumentWidget<WranglePanel>> {
  const { docRegistry } = app;
  drive?.contentProviderRegistry?.register(PROVIDER, new UntouchedProvider(drive));
  addFileTypes(docRegistry);
  const factory = new WrangleFactory(options);
  const tracker = new WidgetTracker<IDocumentWidget<WranglePanel>>({
    namespace: 'mlstudio-wrangling'
  });
  factory.widgetCreated.connect((_, widget) => {
    widget.context.pathChanged.connect(() => void tracker.save(widget));
    void tracker.add(widget);
  });
  docRegistry.addWidgetFactory(factory);
  void restorer?.restore(tracker, {
    command: 'docmanager:open',
    args: ({ context }) => ({ path: context.path, factory: FACTORY }),
    name: ({ context }) => context.path
  });
  return tracker;
}

function markDirty(widget: IDocumentWidget, dirty: boolean): void {
  const others = widget.title.className.split(' ').filter(name => name && name !== 'jp-mod-dirty');
  widget.title.className = [...others, ...(dirty ? ['jp-mod-dirty'] : [])].join(' ');
}
