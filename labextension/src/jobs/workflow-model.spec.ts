import { expect, it, vi } from 'vitest';

import { WorkflowModel } from './workflow-model';
import { MemoryText, workflowServer } from './workflow-testing';

async function opened(source: string): Promise<{ model: WorkflowModel; text: MemoryText }> {
  const text = new MemoryText(source);
  const model = new WorkflowModel(workflowServer().api, text);
  await model.open();
  return { model, text };
}

const ONE = JSON.stringify({ nodes: [{ id: 'a', notebook: 'a.ipynb' }] });

it('shows a change at once, and the text follows', async () => {
  const { model, text } = await opened(ONE);
  const id = model.add({ notebook: 'b.ipynb', needs: ['a'] }, 'a', [8, 16]);
  expect([id, model.selection]).toEqual(['a_2', ['a_2']]);
  expect(text.source).toBe(ONE);
  await model.written();
  expect(JSON.parse(text.source)).toEqual({
    nodes: [
      { id: 'a', notebook: 'a.ipynb' },
      { id: 'a_2', notebook: 'b.ipynb', needs: ['a'] }
    ],
    layout: { a_2: [8, 16] }
  });
});

it('writes several quick changes, the last of them last', async () => {
  const { model, text } = await opened(ONE);
  model.change('a', { title: 'A' });
  model.change('a', { title: 'Clean' });
  model.change('a', { timeout: 5 });
  await model.written();
  expect(JSON.parse(text.source).nodes).toEqual([
    { id: 'a', notebook: 'a.ipynb', title: 'Clean', timeout: 5 }
  ]);
});

it('goes back and forth with the text', async () => {
  vi.useFakeTimers();
  const { model } = await opened(ONE);
  model.remove(['a']);
  await model.written();
  model.undo();
  await vi.runAllTimersAsync();
  expect(model.workflow.nodes?.map(({ id }) => id)).toEqual(['a']);
  model.redo();
  await vi.runAllTimersAsync();
  expect(model.workflow.nodes).toEqual([]);
  vi.useRealTimers();
});

it('keeps showing what it could read last, and lets nobody change it, while the text makes no sense', async () => {
  vi.useFakeTimers();
  const { model, text } = await opened(ONE);
  text.write('{"nodes": [');
  await vi.runAllTimersAsync();
  expect([model.readable, model.editable]).toEqual([false, false]);
  expect(model.problems.map(({ message }) => message)).toEqual(['This is no YAML.']);
  model.remove(['a']);
  expect(model.workflow.nodes).toHaveLength(1);
  text.write(ONE);
  await vi.runAllTimersAsync();
  expect(model.editable).toBe(true);
  vi.useRealTimers();
});

it('says why it could not be read', async () => {
  const failing = { GET: vi.fn(), POST: () => Promise.reject(new Error('The server is away.')) };
  const model = new WorkflowModel(failing as never, new MemoryText(ONE));
  await model.open();
  expect([model.loaded, model.failure]).toEqual([true, 'The server is away.']);
});

it('offers values of earlier nodes first, and none of later ones', async () => {
  const nodes = [
    { id: 'a', notebook: 'a' },
    { id: 'b', notebook: 'b', needs: ['a'] },
    { id: 'c', notebook: 'c', needs: ['b'] },
    { id: 'd', notebook: 'd' }
  ];
  const { model } = await opened(JSON.stringify({ nodes }));
  expect(model.upstream('b').map(({ id }) => id)).toEqual(['a', 'd']);
});

it('keeps what somebody else writes into the text meanwhile', async () => {
  const { model, text } = await opened(ONE);
  text.write(JSON.stringify({ title: 'Theirs', nodes: [{ id: 'a', notebook: 'a.ipynb' }] }));
  model.change('a', { timeout: 5 });
  await model.written();
  expect(JSON.parse(text.source)).toEqual({
    title: 'Theirs',
    nodes: [{ id: 'a', notebook: 'a.ipynb', timeout: 5 }]
  });
});

it('says why a change could not be written, and shows the file as it is', async () => {
  const { api } = workflowServer();
  const POST = (path: string, init: object): unknown =>
    path.endsWith('format')
      ? Promise.reject(new Error('`timeout` must be greater than 0.'))
      : (api.POST as unknown as (path: string, init: object) => unknown)(path, init);
  const model = new WorkflowModel({ ...api, POST } as never, new MemoryText(ONE));
  await model.open();
  model.change('a', { timeout: -1 });
  await model.written();
  expect([model.failure, model.workflow.nodes]).toEqual([
    '`timeout` must be greater than 0.',
    [{ id: 'a', notebook: 'a.ipynb' }]
  ]);
});

it('writes what is changed while it reads its last writing once more', async () => {
  const server = workflowServer();
  const text = new MemoryText(ONE);
  let begun: (() => void) | null = null;
  const api = {
    ...server.api,
    POST: async (path: string, options: unknown) => {
      if (path === '/jobs/workflows/check') {
        begun?.();
        begun = null;
      }
      return (server.api.POST as (...given: unknown[]) => unknown)(path, options);
    }
  };
  const model = new WorkflowModel(api as never, text);
  await model.open();
  begun = () => queueMicrotask(() => model.change('a', { when: 'b > 1' }));
  model.change('a', { title: 'A' });
  await model.written();
  expect(JSON.parse(text.source).nodes).toEqual([
    { id: 'a', notebook: 'a.ipynb', title: 'A', when: 'b > 1' }
  ]);
});
