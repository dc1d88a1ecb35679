import type { ISignal } from '@lumino/signaling';

/** A column of all runs that a chart may draw; a place in it is a place in `IChartRuns.all`. */
export interface IChartColumn {
  readonly key: string;
  /** What to call it. */
  readonly name: string;
  /** Whether its values are numbers; if not, they are words. */
  readonly isNumber: boolean;
  numberAt(place: number): number;
  textAt(place: number): string;
}

/** The runs as charts see them: which there are, how they look, and what is done to them by hand. */
export interface IChartRuns {
  /** Emitted when runs, columns, colours or the selection are others. */
  readonly changed: ISignal<unknown, void>;
  /** Emitted when another run is under the mouse. */
  readonly pointed: ISignal<unknown, string | null>;
  /** Ids of the runs that are drawn one by one. */
  readonly drawn: readonly string[];
  /** Ids of all runs that pass the filters. */
  readonly all: readonly string[];
  readonly selected: ReadonlySet<string>;
  /** How the runs were asked for, where that can be said otherwise than by naming them. */
  readonly asked?: { readonly experiment: string | null; readonly filter: string };
  /** Whether the table shows only what was brushed; not given where there is no table. */
  readonly isBrushed?: boolean;
  /** The run under the mouse, in a chart or in the table. */
  highlighted: string | null;
  /** Columns that can be drawn. */
  readonly keys: readonly string[];
  column(key: string): IChartColumn | null;
  nameOf(id: string): string;
  colourOf(id: string): string;
  /** Select a run, or no longer. */
  toggle(id: string): void;
  /** Show only these runs in the table; null shows all again. */
  brush(ids: readonly string[] | null): void;
}

/** Something drawn that fills its place. */
export interface IPlot {
  /** Fit to the size of its place. */
  resize(): void;
  /** Mark the run under the mouse. */
  highlight(id: string | null): void;
  /** What is drawn, on the ground of the theme. */
  picture(): HTMLCanvasElement;
  dispose(): void;
}

/** The colours and the font that a plot is drawn in. */
export interface IPlotTheme {
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly ground: string;
  readonly accent: string;
  readonly font: string;
}

/** Read the colours of the theme where a plot is. */
export function themeAt(place: Element): IPlotTheme {
  const style = getComputedStyle(place);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: of('--jp-ui-font-color1'),
    faint: of('--jp-ui-font-color2'),
    line: of('--jp-border-color2'),
    ground: of('--jp-layout-color1'),
    accent: of('--jp-brand-color1'),
    font: of('--jp-ui-font-family') || 'sans-serif'
  };
}

/** Copy what is on a canvas, and put the ground of the theme under it. */
export function onGround(canvas: HTMLCanvasElement, ground: string): HTMLCanvasElement {
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const context = copy.getContext('2d');
  if (context) {
    context.fillStyle = ground;
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(canvas, 0, 0);
  }
  return copy;
}
