import type { ExportMap, IJupyterWidgetRegistry } from '@jupyter-widgets/base';

import type { IExperimentsContext } from './context';
import { CHART, ChartRenderer } from './widget-chart';
import { SUMMARY, SummaryRenderer } from './widget-summary';

const RANK = -20; // before the view of ipywidgets, which has -10 and needs a kernel

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

/** Let notebooks show their charts and summaries without a kernel. */
export function addOutputs(context: IExperimentsContext): void {
  context.rendermime.addFactory(
    { safe: true, mimeTypes: [CHART], createRenderer: () => new ChartRenderer(context) },
    RANK
  );
  context.rendermime.addFactory(
    { safe: true, mimeTypes: [SUMMARY], createRenderer: () => new SummaryRenderer(context) },
    RANK
  );
}
