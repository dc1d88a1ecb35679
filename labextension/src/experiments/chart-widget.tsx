import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ChartModel } from './chart-model';
import { ChartOutput } from './chart-output';

/** A chart in the output of a cell, as high as it is meant to be. */
export class ChartWidget extends ReactWidget {
  constructor(
    private readonly _model: ChartModel,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-mlstudio-ChartOutput');
    this.height = _model.spec.tall;
  }

  /** How high it is, in pixels. */
  set height(tall: number | undefined) {
    this.node.style.height = `${tall ?? TALL}px`;
  }

  protected render(): React.JSX.Element {
    return <ChartOutput model={this._model} trans={this._trans} />;
  }
}

const TALL = 360;
