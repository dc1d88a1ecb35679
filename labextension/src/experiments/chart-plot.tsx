import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { drawingOf } from './chart-drawing';
import type { ChartModel } from './chart-model';
import { useTheme } from './chart-react';
import { themeAt, type IPlot } from './plot';
import type { CurvesPlot } from './plot-curves';
import type { EchartsPlot } from './plot-echarts';

export interface IPlotProps {
  model: ChartModel;
  label: string;
  trans: TranslationBundle;
  /** Changes whenever the model says that there is something else to draw. */
  version: number;
  /** Told what is drawn, to make pictures of it. */
  onPlot?: (plot: IPlot | null) => void;
}

/** The drawn part of a chart. Its libraries come with the first chart. */
export function Plot(props: IPlotProps): React.JSX.Element {
  const { model, label, version, trans } = props;
  const place = React.useRef<HTMLDivElement>(null);
  const plot = React.useRef<IPlot | null>(null);
  const before = React.useRef<{ spec: unknown; content: unknown } | null>(null);
  const theme = useTheme();
  const isCurves = model.spec.kind === 'curves' && !model.isBars;
  const draw = (isOther: boolean): void => {
    if (plot.current && place.current) {
      const last = before.current;
      before.current = { spec: model.spec, content: model.content };
      paint(model, plot.current, place.current, trans, {
        isOther: isOther || last === null,
        isSame: last?.spec === model.spec && last.content === model.content
      });
    }
  };
  React.useEffect(() => {
    let isGone = false;
    void load(isCurves, place, model, trans).then(made => {
      if (isGone) {
        made?.dispose();
        return;
      }
      plot.current = made;
      props.onPlot?.(made);
      draw(true);
    });
    return () => {
      isGone = true;
      props.onPlot?.(null);
      plot.current?.dispose();
      [plot.current, before.current] = [null, null];
    };
  }, [isCurves, model, theme]);
  React.useEffect(() => draw(false), [version]);
  React.useEffect(() => {
    const observer = new ResizeObserver(() => plot.current?.resize());
    observer.observe(place.current as HTMLDivElement);
    const point = (_: unknown, id: string | null): void => plot.current?.highlight(id);
    model.runs.pointed.connect(point);
    return () => {
      observer.disconnect();
      model.runs.pointed.disconnect(point);
    };
  }, [model]);
  return <div className="jp-mlstudio-Plot" ref={place} role="img" aria-label={label} />;
}

async function load(
  isCurves: boolean,
  place: React.RefObject<HTMLDivElement>,
  model: ChartModel,
  trans: TranslationBundle
): Promise<IPlot | null> {
  if (isCurves) {
    const { CurvesPlot: Curves } = await import('./plot-curves');
    return place.current ? new Curves(place.current, model.runs, trans.__('Step')) : null;
  }
  const { EchartsPlot: Echarts } = await import('./plot-echarts');
  return place.current ? new Echarts(place.current, model.runs) : null;
}

function paint(
  model: ChartModel,
  plot: IPlot,
  place: HTMLElement,
  trans: TranslationBundle,
  { isOther, isSame }: { isOther: boolean; isSame: boolean }
): void {
  const { content, spec, runs } = model;
  if (content?.kind === 'curves' && !model.isBars) {
    if (isSame && !isOther) {
      (plot as CurvesPlot).redraw();
    } else {
      (plot as CurvesPlot).update(content.curves, model.look);
    }
  } else if (content) {
    const drawing = drawingOf(spec, content, runs, themeAt(place), trans);
    if (drawing) {
      (plot as EchartsPlot).update(drawing, isSame && !isOther);
    }
  }
  plot.highlight(runs.highlighted);
}
