import type { RunsModel } from './model';
import type { Value } from './store';

/** The columns that go out: what is shown, and always what tells the runs apart. */
function columnsOf(model: RunsModel): readonly string[] {
  return [...new Set(['id', 'name', ...model.visible])];
}

function valueOf(model: RunsModel, row: number, key: string): Value {
  const { table } = model;
  if (key === 'started' || key === 'ended') {
    const at = table.numberAt(key, row);
    return Number.isNaN(at) ? null : new Date(at).toISOString();
  }
  return table.column(key)?.at(row) ?? null;
}

function titleOf(key: string): string {
  return key.includes(':') ? key.replace(':', 's.') : key;
}

/** The shown runs as CSV, in their order. */
export function asCsv(model: RunsModel): string {
  const keys = columnsOf(model);
  const lines = [keys.map(key => quoted(titleOf(key))).join(',')];
  for (const row of model.order) {
    lines.push(keys.map(key => quoted(valueOf(model, row, key))).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** The shown runs as JSON; numbers that JSON does not know are words. */
export function asJson(model: RunsModel): string {
  const keys = columnsOf(model);
  const runs = Array.from(model.order, row => {
    const values = keys.map(key => [titleOf(key), valueOf(model, row, key)] as const);
    return Object.fromEntries(values.map(([key, value]) => [key, spoken(value)]));
  });
  return JSON.stringify(runs, null, 1);
}

/** Code that gets the shown runs as a DataFrame. */
export function asCode(model: RunsModel): string {
  const { experiment, filter, state } = model.look;
  const states: Record<string, string> = {
    running: 'attributes.status = "RUNNING"',
    finished: 'attributes.status = "FINISHED"',
    failed: 'attributes.status IN ("FAILED", "KILLED")'
  };
  const parts = [states[state] ?? '', model.filterError ? '' : filter.trim()].filter(Boolean);
  const args = [
    ...(experiment === null ? [] : [`experiment=${literal(experiment)}`]),
    ...(parts.length > 0 ? [`filter=${literal(parts.join(' and '))}`] : []),
    ...(state === 'deleted' ? ['deleted=True'] : [])
  ];
  return [
    'from jupyter_mlstudio import Studio',
    '',
    'studio = Studio.open()',
    `runs = studio.runs(${args.join(', ')})`,
    'runs'
  ].join('\n');
}

/** Have the browser save text as a file. */
export function save(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  [link.href, link.download] = [address, name];
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** The ids of a selection as they are pasted into code. */
export function idsAsCode(ids: readonly string[]): string {
  return `[${ids.map(literal).join(', ')}]`;
}

function quoted(value: Value): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function spoken(value: Value): Value {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** Write text as Python does. */
function literal(text: string): string {
  return JSON.stringify(text);
}
