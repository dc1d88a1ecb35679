import { DOMWidgetModel, DOMWidgetView, type ExportMap } from '@jupyter-widgets/base';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { ChartOutput } from './chart-output';
import { ChartModel } from './chart-model';
import type { ChartSpec } from './chart-spec';
import { KernelRuns, type IKernelRuns } from './widget-runs';
import { KernelSource } from './widget-source';

const NAMES = {
  _model_module: 'jupyter-mlstudio-runs',
  _view_module: 'jupyter-mlstudio-runs',
  _model_module_version: '0.1.0',
  _view_module_version: '0.1.0'
};
const SENT = 'change:content change:curves change:failure';

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
  }

  /** The same chart as on the board. */
  class RunChartView extends DOMWidgetView {
    override render(): void {
      super.render();
      const runs = new KernelRuns();
      runs.set(this.model.get('runs') as IKernelRuns);
      const spec = this.model.get('spec') as ChartSpec;
      const model = new ChartModel(spec, runs, new KernelSource(this.model));
      const output = new Output(model, trans);
      this.listenTo(this.model, 'change:runs', () =>
        runs.set(this.model.get('runs') as IKernelRuns)
      );
      this.listenTo(this.model, 'change:spec', () => {
        model.spec = this.model.get('spec') as ChartSpec;
      });
      this.listenTo(this.model, SENT, () => void model.refresh());
      this.el.classList.add('jp-mlstudio-ChartOutput');
      output.node.style.height = `${spec.tall ?? 360}px`; // the widget manager sets that of its own element
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

class Output extends ReactWidget {
  constructor(
    private readonly _model: ChartModel,
    private readonly _trans: TranslationBundle
  ) {
    super();
  }

  protected render(): React.JSX.Element {
    return <ChartOutput model={this._model} trans={this._trans} />;
  }
}
