import type { ChartSpec } from './chart-spec';

const SHORT = 78;
const PLAIN: Partial<ChartSpec> = {
  ...{ title: '', by: 'step', smoothing: 0, filter: '', path: '', tall: 260, wide: 1 },
  ...{ log_x: false, log_y: false, envelope: true }
};

/** Write the Python that draws a chart in a notebook; what is as it is anyway is left out. */
export function chartCode(spec: ChartSpec): string {
  const { kind, ...options } = spec;
  const given = Object.entries(options).filter(
    ([name, value]) =>
      value !== null &&
      value !== undefined &&
      name !== 'wide' &&
      value !== PLAIN[name as keyof ChartSpec] &&
      !(Array.isArray(value) && value.length === 0 && name !== 'runs')
  );
  const parts = [literal(kind), ...given.map(([name, value]) => `${name}=${literal(value)}`)];
  const line = `studio.chart(${parts.join(', ')})`;
  const call =
    line.length <= SHORT ? line : `studio.chart(\n${parts.map(part => `    ${part},\n`).join('')})`;
  return `from jupyter_mlstudio import Studio\n\nstudio = Studio.open()\n${call}`;
}

/** Write a value as Python does. */
function literal(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(literal);
    const line = `[${items.join(', ')}]`;
    return line.length <= SHORT ? line : `[\n${wrapped(items)}    ]`;
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  // What JSON escapes in texts, Python reads in the same way.
  return JSON.stringify(value);
}

/** Put as many items on a line as are short together. */
function wrapped(items: readonly string[]): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + item.length < SHORT) {
      lines[lines.length - 1] = `${last} ${item},`;
    } else {
      lines.push(`${item},`);
    }
  }
  return lines.map(line => `        ${line}\n`).join('');
}
