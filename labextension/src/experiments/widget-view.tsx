import { DOMWidgetModel, DOMWidgetView, type ExportMap } from '@jupyter-widgets/base';
import type { TranslationBundle } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { ChartModel } from './chart-model';
import type { ChartSpec } from './chart-spec';
import { ChartWidget } from './chart-widget';
import { liveCharts } from './widget-live';
import { CellRuns, type ICellRuns } from './widget-runs';
import { KernelSource } from './widget-source';

const NAMES = {
  _model_module: 'jupyter-mlstudio-runs',
  _view_module: 'jupyter-mlstudio-runs',
  _model_module_version: '0.1.0',
  _view_module_version: '0.1.0'
};
const SENT = 'change:content change:curves change:failure';

type IOptions = Parameters<DOMWidgetModel['initialize']>[1];

/** The classes that the widget manager makes models and views of. */
export function runWidgets({ trans }: { trans: TranslationBundle }): ExportMap {
  /** What the kernel's widget holds: the chart, and all that it draws. */
  class RunChartModel extends DOMWidgetModel {
    override defaults(): Backbone.ObjectHash {
      return {
        ...super.defaults(),
        ...NAMES,
        _model_name: 'RunChartModel',
        _view_name: 'RunChartView',
        ...{ spec: null, runs: null, content: null, curves: null, files: null, failure: '' }
      };
    }

    override initialize(attributes: Backbone.ObjectHash, options: IOptions): void {
      super.initialize(attributes, options);
      liveCharts.add(this.model_id, this);
      this.once('destroy', () => liveCharts.delete(this.model_id));
    }
  }

  /** The same chart as on the board. */
  class RunChartView extends DOMWidgetView {
    override render(): void {
      super.render();
      const runs = new CellRuns();
      runs.set(this.model.get('runs') as ICellRuns);
      const spec = this.model.get('spec') as ChartSpec;
      const model = new ChartModel(spec, runs, new KernelSource(this.model));
      const output = new ChartWidget(model, trans);
      this.listenTo(this.model, 'change:runs', () => runs.set(this.model.get('runs') as ICellRuns));
      this.listenTo(this.model, 'change:spec', () => {
        model.spec = this.model.get('spec') as ChartSpec;
        output.height = model.spec.tall;
      });
      this.listenTo(this.model, SENT, () => void model.refresh());
      void this.displayed.then(() => {
        Widget.attach(output, this.el);
        MessageLoop.sendMessage(output, Widget.ResizeMessage.UnknownSize);
      });
      this.once('remove', () => {
        output.dispose();
        model.dispose();
      });
    }
  }
  return { RunChartModel, RunChartView } as unknown as ExportMap;
}
