import type { ExportMap, IJupyterWidgetRegistry } from '@jupyter-widgets/base';

import type { IExperimentsContext } from './context';

/** Let `studio.chart(…)` and `studio.summary(run)` draw in the outputs of cells. */
export function registerRunWidgets(
  registry: IJupyterWidgetRegistry,
  context: IExperimentsContext
): void {
  registry.registerWidget({
    name: 'jupyter-mlstudio-runs',
    version: '0.1.0',
    exports: async (): Promise<ExportMap> => {
      const { runWidgets } = await import('./widget-view');
      return runWidgets(context);
    }
  });
}
