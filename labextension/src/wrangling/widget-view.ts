import { DOMWidgetModel, DOMWidgetView, type ExportMap } from '@jupyter-widgets/base';
import type { Kernel } from '@jupyterlab/services';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { WrangleModel as Wrangling } from './model';
import type { IWranglingHost } from './opening';
import { WranglePanel } from './panel';
import type { Recipe, Source } from './recipes';
import { connect, SessionError } from './transport';
import type { IWidgetOptions } from './widget';

const DEFAULT_HEIGHT = 520;

/** The classes that the widget manager makes models and views of. */
export function widgetClasses(options: IWidgetOptions): ExportMap {
  /** What the kernel's widget holds: which table, and the recipe as it is now. */
  class WrangleModel extends DOMWidgetModel {
    override defaults(): Backbone.ObjectHash {
      return {
        ...super.defaults(),
        _model_name: 'WrangleModel',
        _view_name: 'WrangleView',
        _model_module: 'jupyter-mlstudio',
        _view_module: 'jupyter-mlstudio',
        _model_module_version: '0.1.0',
        _view_module_version: '0.1.0',
        source: null,
        recipe: null,
        height: DEFAULT_HEIGHT
      };
    }
  }

  /** The same view as in a tab, at a fixed height. */
  class WrangleView extends DOMWidgetView {
    override render(): void {
      super.render();
      const model = new Wrangling(
        this._host(),
        this.model.get('source') as Source,
        this.model.get('recipe') as Recipe | null
      );
      const panel = new WranglePanel({ model, ...options });
      this.el.style.height = `${Number(this.model.get('height')) || DEFAULT_HEIGHT}px`;
      this.el.classList.add('jp-mlstudio-Wrangling-output');
      void this.displayed.then(() => {
        Widget.attach(panel, this.el);
        MessageLoop.sendMessage(panel, Widget.ResizeMessage.UnknownSize);
        void model.open();
      });
      this.once('remove', () => panel.dispose());
    }

    private _host(): IWranglingHost {
      // Managers of JupyterLab and Notebook have the kernel; the interface of all managers does not say so.
      const { kernel } = this.model.widget_manager as unknown as {
        kernel?: Kernel.IKernelConnection | null;
      };
      return {
        connect: () =>
          kernel
            ? connect(kernel)
            : Promise.reject(
                new SessionError('The notebook has no kernel. Run the cell again.', 'no_kernel')
              ),
        keep: recipe => {
          this.model.set('recipe', recipe);
          this.touch();
        },
        recents: options.recents
      };
    }
  }
  return { WrangleModel, WrangleView } as unknown as ExportMap;
}
