import type { ChartModel } from './chart-model';

type Cell = string | number | null;

/** Write what a chart draws as CSV. */
export function csvOf(model: ChartModel): string {
  return rowsOf(model)
    .map(row => row.map(quoted).join(','))
    .join('\r\n');
}

function rowsOf({ content, runs, spec }: ChartModel): Cell[][] {
  const name = (id: string): Cell[] => [id, runs.nameOf(id)];
  switch (content?.kind) {
    case 'curves':
      return [
        ['run_id', 'run', 'metric', 'step', 'time', 'value', 'low', 'high'],
        ...content.curves.flatMap(({ run, metric, steps, times, values, low, high }) =>
          Array.from(values, (value, place) => [
            ...name(run),
            metric,
            steps[place] ?? null,
            new Date(times[place] ?? 0).toISOString(),
            value,
            low?.[place] ?? value,
            high?.[place] ?? value
          ])
        )
      ];
    case 'columns':
      return columnRows(runs, spec);
    case 'importance':
      return [
        ['param', 'importance', 'correlation'],
        ...content.importance.items.map(one => [one.param, one.importance, one.correlation])
      ];
    case 'contour':
      return [
        ['run_id', 'run', spec.x ?? 'x', spec.y ?? 'y', spec.metrics?.[0] ?? 'value'],
        ...content.contour.points.map(({ run, x, y, z }) => [...name(run), x, y, z])
      ];
    case 'judgement': {
      const { confusions, curves } = content.judgement;
      return spec.kind === 'confusion'
        ? [
            ['run_id', 'run', 'true', 'predicted', 'count'],
            ...confusions.flatMap(({ run, labels, counts }) =>
              counts.flatMap((row, y) =>
                row.map((count, x) => [...name(run), labels[y] ?? '', labels[x] ?? '', count])
              )
            )
          ]
        : [
            ['run_id', 'run', 'label', 'x', 'y', 'score'],
            ...curves.flatMap(({ run, label, x, y, score }) =>
              x.map((value, place) => [...name(run), label, value, y[place] ?? null, score])
            )
          ];
    }
    case 'images':
      return [
        ['run_id', 'run', 'name', 'step', 'path'],
        ...content.images.items.map(one => [...name(one.run), one.name, one.step, one.path])
      ];
    case 'table':
      return content.tables.items.flatMap(({ run, columns, rows }) => [
        ['run_id', 'run', ...columns],
        ...rows.map(row => [...name(run), ...row])
      ]);
    default:
      return [];
  }
}

function columnRows(runs: ChartModel['runs'], spec: ChartModel['spec']): Cell[][] {
  const keys = [spec.x, spec.y, spec.group, ...(spec.columns ?? []), spec.colour];
  const columns = [...new Set(keys.filter(Boolean))].flatMap(key => runs.column(key ?? '') ?? []);
  return [
    ['run_id', 'run', ...columns.map(({ name }) => name)],
    ...runs.all.map((id, place) => [
      id,
      runs.nameOf(id),
      ...columns.map(one => (one.isNumber ? one.numberAt(place) : one.textAt(place)))
    ])
  ];
}

/** Quote where needed; what a spreadsheet would take for a formula is made text. */
function quoted(cell: Cell): string {
  if (cell === null || typeof cell === 'number') {
    return cell === null || Number.isNaN(cell) ? '' : String(cell);
  }
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
