import type { IThemeManager } from '@jupyterlab/apputils';
import type { ExportMap, IJupyterWidgetRegistry } from '@jupyter-widgets/base';
import type { ITranslator } from '@jupyterlab/translation';

import type { IWranglingActions } from './actions';
import type { Recents } from './recents';

export interface IWidgetOptions {
  actions: IWranglingActions;
  recents: Recents;
  themes: IThemeManager | null;
  translator: ITranslator | null;
}

/** Let `studio.wrangle(df)` draw the view in the output of a cell. */
export function registerWidgets(registry: IJupyterWidgetRegistry, options: IWidgetOptions): void {
  registry.registerWidget({
    name: 'jupyter-mlstudio',
    version: '0.1.0',
    exports: async (): Promise<ExportMap> => {
      const { widgetClasses } = await import('./widget-view');
      return widgetClasses(options);
    }
  });
}
