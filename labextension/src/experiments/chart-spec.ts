import type { TranslationBundle } from '@jupyterlab/translation';

import type { Schemas } from '../api';
import type { IChartRuns } from './plot';

export type ChartSpec = Schemas['ChartSpec'];
export type ChartKind = ChartSpec['kind'];

/** The kinds in the order in which they are offered. */
export const KINDS: readonly ChartKind[] = [
  'curves',
  'parallel',
  'scatter',
  'importance',
  'contour',
  'box',
  'roc',
  'pr',
  'confusion',
  'calibration',
  'images',
  'table'
];

/** Kinds that show the runs that are drawn one by one; the others show all runs that pass the filters. */
export const OF_DRAWN: ReadonlySet<ChartKind> = new Set<ChartKind>([
  'curves',
  'roc',
  'pr',
  'confusion',
  'calibration',
  'images',
  'table'
]);

const CURVES = 6;
const AXES = 7;
const FEW = 3;

/** What a kind is called. */
export function kindName(kind: ChartKind, trans: TranslationBundle): string {
  const names: Record<ChartKind, string> = {
    curves: trans.__('Curves of metrics'),
    parallel: trans.__('Parallel coordinates'),
    scatter: trans.__('Scatter'),
    importance: trans.__('Importance of params'),
    contour: trans.__('Contour'),
    box: trans.__('Box by group'),
    confusion: trans.__('Confusion matrix'),
    roc: trans.__('ROC curve'),
    pr: trans.__('Precision and recall'),
    calibration: trans.__('Calibration'),
    images: trans.__('Images'),
    table: trans.__('Tables side by side')
  };
  return names[kind];
}

/** What a chart is headed by: its title, or what it shows. */
export function heading(spec: ChartSpec, runs: IChartRuns, trans: TranslationBundle): string {
  if (spec.title) {
    return spec.title;
  }
  const name = (key: string | null | undefined): string =>
    key ? (runs.column(key)?.name ?? key.slice(key.indexOf(':') + 1)) : '…';
  const metric = spec.metrics?.[0] ?? '…';
  switch (spec.kind) {
    case 'curves':
      return (spec.metrics ?? []).join(', ') || '…';
    case 'scatter':
      return trans.__('%1 over %2', name(spec.y), name(spec.x));
    case 'importance':
      return trans.__('What matters for %1', metric);
    case 'contour':
      return trans.__('%1 over %2 and %3', metric, name(spec.x), name(spec.y));
    case 'box':
      return spec.group
        ? trans.__('%1 by %2', name(spec.y), name(spec.group))
        : trans.__('%1 of all runs', name(spec.y));
    case 'images':
    case 'table':
      return spec.path || kindName(spec.kind, trans);
    default:
      return kindName(spec.kind, trans);
  }
}

/** The charts to begin with: curves, then what relates params to the metric that most runs have. */
export function defaultBoard(runs: IChartRuns, curved: readonly string[]): ChartSpec[] {
  const metrics = drawnMetrics(runs);
  const params = differing(runs, 'param:');
  const [first] = metrics;
  const curves = (curved.length > 0 ? curved : metrics.map(nameOf))
    .slice(0, CURVES)
    .map((name): ChartSpec => ({ kind: 'curves', metrics: [name] }));
  if (!first || runs.all.length < FEW || params.length === 0) {
    return curves;
  }
  const columns = [...params.slice(0, AXES - 1), first];
  const important = metrics.find(key => runs.column(key) !== null) ?? first;
  const [x] = params.filter(key => runs.column(key)?.isNumber);
  return [
    ...curves.slice(0, 4),
    { kind: 'parallel', columns, colour: first, wide: 2, tall: 280 },
    { kind: 'importance', metrics: [nameOf(important)] },
    ...(x
      ? [{ kind: 'scatter', x, y: first, colour: params.find(key => key !== x) ?? null } as const]
      : []),
    ...curves.slice(4)
  ];
}

/** The keys of the metrics that one of the drawn runs has, as far as the table knows. */
export function drawnMetrics(runs: IChartRuns): string[] {
  const drawn = new Set(runs.drawn);
  const places = runs.all.flatMap((id, place) => (drawn.has(id) ? [place] : []));
  return runs.keys.filter(key => {
    const column = key.startsWith('metric:') ? runs.column(key) : null;
    return (
      key.startsWith('metric:') &&
      (column === null || places.length === 0 || places.some(place => column.textAt(place) !== ''))
    );
  });
}

/** Fill in a sensible choice where a kind needs columns or metrics that were not chosen. */
export function completed(spec: ChartSpec, runs: IChartRuns): ChartSpec {
  const metrics = drawnMetrics(runs);
  const params = differing(runs, 'param:');
  const numeric = params.filter(key => runs.column(key)?.isNumber);
  const [first = null] = metrics;
  const metric = spec.metrics?.length ? spec.metrics : first ? [nameOf(first)] : [];
  switch (spec.kind) {
    case 'curves':
    case 'importance':
      return { ...spec, metrics: metric };
    case 'parallel':
      return spec.columns?.length
        ? spec
        : {
            ...spec,
            columns: [...params.slice(0, AXES - 1), ...(first ? [first] : [])],
            colour: first
          };
    case 'scatter':
      return { ...spec, x: spec.x ?? numeric[0] ?? 'started', y: spec.y ?? first };
    case 'contour':
      return {
        ...spec,
        metrics: metric,
        x: spec.x ?? numeric[0] ?? params[0] ?? null,
        y: spec.y ?? numeric[1] ?? params.find(key => key !== (numeric[0] ?? params[0])) ?? null
      };
    case 'box':
      return { ...spec, y: spec.y ?? first, group: spec.group ?? params[0] ?? 'experiment' };
    default:
      return spec;
  }
}

/** The name in the key of a column. */
export function nameOf(key: string): string {
  return key.slice(key.indexOf(':') + 1);
}

const LOOKED_AT = 400;

/** The columns of a kind that are not the same in all runs. */
function differing(runs: IChartRuns, prefix: string): string[] {
  return runs.keys.filter(key => {
    const column = key.startsWith(prefix) ? runs.column(key) : null;
    if (!column) {
      return false;
    }
    const step = Math.ceil(runs.all.length / LOOKED_AT) || 1;
    let first = '';
    for (let place = 0; place < runs.all.length; place += step) {
      const text = column.textAt(place);
      if (first !== '' && text !== '' && text !== first) {
        return true;
      }
      first ||= text;
    }
    return false;
  });
}
