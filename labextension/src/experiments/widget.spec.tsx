import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import type { Api, Changed } from '../api';
import { pack } from './packed';
import { CHART, ChartRenderer } from './widget-chart';
import { liveCharts } from './widget-live';
import type { IOutputContext } from './widget-output';
import { StoredChart } from './widget-stored';
import { SUMMARY, SummaryRenderer } from './widget-summary';

const trans = nullTranslator.load('');
const SPEC = { kind: 'curves', metrics: ['loss'], experiment: 'digits', tall: 240 } as const;
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg"></svg>';

describe('the chart that a notebook keeps', () => {
  it('is of the runs that the server has now, by name', async () => {
    const { api, asked } = server({ a: 'first', b: 'second' });
    const chart = new StoredChart({ spec: SPEC, runs: ['a'] }, api);
    expect(await chart.ask()).toBe(true);
    expect(chart.model.runs.all.map(id => chart.model.runs.nameOf(id))).toEqual([
      'first',
      'second'
    ]);
    expect(asked[0]).toMatchObject({ experiment: 'digits', columns: [], own: true });
    chart.dispose();
  });

  it('is not taken for an experiment of the same name in another project', async () => {
    const { api } = server({ other: 'run' });
    const chart = new StoredChart({ spec: SPEC, runs: ['elsewhere'] }, api);
    expect(await chart.ask()).toBe(false);
    chart.dispose();
  });

  it('is drawn without a kernel, as high as it was', async () => {
    const { context } = given({ a: 'first' });
    const output = new ChartRenderer(context);
    await output.renderModel(kept({ spec: SPEC, runs: ['a'] }));
    expect(output.widgets[0]?.node.style.height).toBe('240px');
    expect(output.node.querySelector('img')).toBeNull();
    output.dispose();
  });

  it('becomes what Python makes of it while the kernel lives', async () => {
    const { context } = given({ a: 'first' });
    const output = new ChartRenderer(context);
    await output.renderModel(kept({ spec: SPEC, runs: ['a'] }, 'model-1'));
    const changes: (() => void)[] = [];
    const live = { spec: { ...SPEC, tall: 300 } };
    liveCharts.add('model-1', {
      get: () => live.spec,
      on: (_, act) => changes.push(act),
      off: () => undefined
    });
    expect(output.widgets[0]?.node.style.height).toBe('300px');
    live.spec = { ...SPEC, tall: 500 };
    changes.forEach(change => change());
    expect(output.widgets[0]?.node.style.height).toBe('500px');
    liveCharts.delete('model-1');
    output.dispose();
  });

  it('is its picture where the server knows none of its runs, and when it does not answer', async () => {
    for (const runs of [{}, new Error('The Jupyter server does not answer.')]) {
      const { context } = given(runs);
      const output = new ChartRenderer(context);
      await output.renderModel(kept({ spec: SPEC, runs: ['a'] }));
      expect(output.node.querySelector('img')?.src).toContain('data:image/svg+xml,');
      expect(output.node.textContent).toContain('kept picture');
      output.dispose();
    }
  });

  it('is its picture if it is nothing that can be drawn', async () => {
    const { context } = given({ a: 'first' });
    for (const wrong of [null, 'text', { spec: { kind: 'pie' }, runs: [] }, { spec: SPEC }]) {
      const output = new ChartRenderer(context);
      await output.renderModel(kept(wrong));
      expect(output.node.querySelector('img')).not.toBeNull();
      output.dispose();
    }
  });

  it('is drawn again from the picture when the runs come back', async () => {
    const runs: Record<string, string> = {};
    const { context } = given(runs);
    const output = new ChartRenderer(context);
    await output.renderModel(kept({ spec: SPEC, runs: ['a'] }));
    runs['a'] = 'first';
    output.node.querySelector('button')?.click();
    await waitFor(() => expect(output.node.querySelector('img')).toBeNull());
    output.dispose();
  });
});

describe('the summary that a notebook keeps', () => {
  it('tells what the server knows of the run, and follows it', async () => {
    const runs = { a: 'first' };
    const { context, changed } = given(runs);
    const output = new SummaryRenderer(context);
    Widget.attach(output, document.body);
    await output.renderModel(mime({ [SUMMARY]: { run: 'a' }, 'text/html': 'kept' }));
    await waitFor(() => expect(output.node.textContent).toContain('first'));
    runs.a = 'renamed';
    changed.emit({ kind: 'run', id: 'a', change: 'changed' });
    await waitFor(() => expect(output.node.textContent).toContain('renamed'));
    output.dispose();
  });
});

/** A server that has these runs, or fails. */
function server(runs: Record<string, string> | Error): { api: Api; asked: object[] } {
  const asked: object[] = [];
  const POST = async (path: string, { body }: { body: { ids?: string[] } }): Promise<object> => {
    if (runs instanceof Error) {
      throw runs;
    }
    asked.push(body);
    const ids = Object.keys(runs).filter(id => !body.ids || body.ids.includes(id));
    const own = { id: ids, name: ids.map(id => runs[id] ?? '') };
    const table = { revision: '', total: ids.length, rows: ids.length, own, columns: [], more: [] };
    return { data: pack(path.endsWith('table') ? table : { items: [] }, []) };
  };
  const GET = async (): Promise<object> => ({
    data: {
      ...{ id: 'a', name: (runs as Record<string, string>)['a'], experiment: 'digits' },
      ...{ state: 'finished', started_at: '2026-01-01T00:00:00Z', ended_at: null, note: '' },
      ...{ error: null, metrics: [], params: [], deleted: false }
    }
  });
  return { api: { POST, GET } as unknown as Api, asked };
}

function given(runs: Record<string, string> | Error): {
  context: IOutputContext;
  changed: Signal<object, Changed>;
} {
  const changed = new Signal<object, Changed>({});
  const { api } = server(runs);
  const context = {
    ...{ studio: { api, changed }, trans, notebooks: null, openRun: () => undefined },
    rendermime: {}
  } as unknown as IOutputContext; // nothing else of the rest is used here
  return { context, changed };
}

type Mime = Parameters<ChartRenderer['renderModel']>[0];

function kept(chart: unknown, model_id = ''): Mime {
  const view = { 'application/vnd.jupyter.widget-view+json': { model_id } };
  return mime({ [CHART]: chart, ...view, 'image/svg+xml': PICTURE });
}

function mime(data: Record<string, unknown>): Mime {
  return { data, metadata: {}, trusted: false, setData: () => undefined } as unknown as Mime;
}
