import type { TranslationBundle } from '@jupyterlab/translation';

import type { ChartContent } from './chart-model';
import type { ChartSpec } from './chart-spec';
import type { IChartRuns, IPlotTheme } from './plot';
import { bars } from './plot-bars';
import { box } from './plot-box';
import { contour } from './plot-contour';
import type { IDrawing } from './plot-echarts';
import { importance } from './plot-importance';
import { confusion, judgedCurves, type IJudgedWords, type JudgedKind } from './plot-judged';
import { parallel } from './plot-parallel';
import { scatter } from './plot-scatter';

/** Make what ECharts draws for a chart; null where there is nothing to draw yet. */
export function drawingOf(
  spec: ChartSpec,
  content: ChartContent,
  runs: IChartRuns,
  theme: IPlotTheme,
  trans: TranslationBundle
): IDrawing | null {
  const count = (many: number): string => trans._n('%1 run', '%1 runs', many, many);
  switch (content.kind) {
    case 'columns':
      switch (spec.kind) {
        case 'parallel':
          return parallel(spec, runs, theme);
        case 'scatter':
          return scatter(spec, runs, theme);
        default:
          return box(spec, runs, theme, { all: trans.__('All runs'), runs: count });
      }
    case 'curves':
      return bars(content.curves, runs, theme);
    case 'importance':
      return importance(content.importance, theme, {
        importance: trans.__('Importance'),
        correlation: trans.__('Correlation')
      });
    case 'contour':
      return contour(content.contour, spec.metrics?.[0] ?? '', runs, theme);
    case 'judgement': {
      const kind = spec.kind as JudgedKind; // the model asks for judgements only for these
      const words = judgedWords(kind, trans);
      return kind === 'confusion'
        ? confusion(content.judgement, runs, theme, words)
        : judgedCurves(content.judgement, kind, runs, theme, words);
    }
    default:
      return null;
  }
}

/** What the parts of a chart of predictions are called. */
export function judgedWords(kind: JudgedKind, trans: TranslationBundle): IJudgedWords {
  const common = {
    rows: (rows: number) => trans._n('%1 row', '%1 rows', rows, rows.toLocaleString()),
    predicted: trans.__('Predicted'),
    truth: trans.__('True')
  };
  switch (kind) {
    case 'pr':
      return {
        ...common,
        axes: [trans.__('Recall'), trans.__('Precision')],
        score: trans.__('Average precision')
      };
    case 'calibration':
      return {
        ...common,
        axes: [trans.__('Predicted share'), trans.__('Observed share')],
        score: trans.__('Brier score')
      };
    default:
      return {
        ...common,
        axes: [trans.__('False positive rate'), trans.__('True positive rate')],
        score: trans.__('Area under the curve')
      };
  }
}
