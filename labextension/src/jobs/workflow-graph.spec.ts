import { describe, expect, it } from 'vitest';

import { copied, pasted } from './workflow-clip';
import { comparisons, condition, literal } from './workflow-condition';
import {
  added,
  before,
  connected,
  disconnected,
  freeId,
  mayConnect,
  needsIn,
  ordered,
  removed,
  renamed,
  shifted
} from './workflow-graph';
import { arranged, completed } from './workflow-layout';
import { fromFolder, inProject } from './workflow-paths';
import { memberRenamed } from './workflow-rename';
import { referred, rootsOf } from './workflow-references';
import { difference } from './workflow-text';
import type { Workflow } from './workflow-types';

const FLOW: Workflow = {
  parameters: { rows: { type: 'int' } },
  nodes: [
    { id: 'train', notebook: 'train.ipynb', parameters: { rows: '${{ clean.outputs.rows }}' } },
    { id: 'clean', notebook: 'clean.ipynb', parameters: { rows: '${{ parameters.rows }}' } },
    { id: 'report', notebook: 'r.ipynb', needs: ['clean'], when: "train.outputs.kind == 'clean'" }
  ],
  layout: { train: [0, 0], clean: [8, 8] }
};

describe('a workflow', () => {
  it('knows what needs what, by `needs`, by references and by conditions', () => {
    expect(needsIn(FLOW)).toEqual([
      { source: 'clean', target: 'train', implied: true },
      { source: 'clean', target: 'report', implied: false },
      { source: 'train', target: 'report', implied: true }
    ]);
  });

  it('is read in the order in which it runs', () => {
    expect(ordered(FLOW).map(({ id }) => id)).toEqual(['clean', 'train', 'report']);
    expect(before(FLOW, 'report')).toEqual(['clean', 'train']);
  });

  it('takes no line that would close a circle or is there already', () => {
    expect(mayConnect(FLOW, 'report', 'clean')).toBe(false);
    expect(mayConnect(FLOW, 'clean', 'train')).toBe(false);
    expect(mayConnect(FLOW, 'clean', 'clean')).toBe(false);
    const more = added(FLOW, { id: 'last', notebook: 'l.ipynb' }, null);
    expect(mayConnect(more, 'report', 'last')).toBe(true);
    expect(needsIn(connected(more, 'report', 'last')).at(-1)).toEqual({
      source: 'report',
      target: 'last',
      implied: false
    });
  });

  it('lets a line go that somebody drew', () => {
    const flow = disconnected(FLOW, [{ source: 'clean', target: 'report' }]);
    expect(flow.nodes?.[2]?.needs).toBeUndefined();
  });

  it('renames a node everywhere it is named, and nowhere else', () => {
    const flow = renamed(FLOW, 'clean', 'tidy');
    expect(flow.nodes?.map(({ id }) => id)).toEqual(['train', 'tidy', 'report']);
    expect(flow.nodes?.[0]?.parameters).toEqual({ rows: '${{ tidy.outputs.rows }}' });
    expect(flow.nodes?.[2]).toMatchObject({
      needs: ['tidy'],
      when: "train.outputs.kind == 'clean'"
    });
    expect(flow.layout).toEqual({ train: [0, 0], tidy: [8, 8] });
  });

  it('renames a parameter where nodes take it', () => {
    const flow = memberRenamed(FLOW, 'rows', 'size');
    expect(Object.keys(flow.parameters ?? {})).toEqual(['size']);
    expect(flow.nodes?.[1]?.parameters).toEqual({ rows: '${{ parameters.size }}' });
    expect(memberRenamed(FLOW, 'rows', 'not a name')).toBe(FLOW);
  });

  it('forgets a removed node', () => {
    const flow = removed(FLOW, ['clean']);
    expect(flow.nodes?.map(({ id, needs }) => [id, needs])).toEqual([
      ['train', undefined],
      ['report', undefined]
    ]);
    expect(flow.layout).toEqual({ train: [0, 0] });
  });

  it('moves a node up in the file', () => {
    expect(shifted(FLOW, 'report', -1).nodes?.map(({ id }) => id)).toEqual([
      'train',
      'report',
      'clean'
    ]);
  });

  it('finds a name that expressions can use', () => {
    expect(freeId(FLOW, '01 Train – it!')).toBe('Train_it');
    expect(freeId(FLOW, 'train')).toBe('train_2');
    expect(freeId(FLOW, 'parameters')).toBe('parameters_2');
    expect(freeId(FLOW, '日本')).toBe('node');
  });

  it('pastes copies that need each other and not the originals', () => {
    const [flow, ids] = pasted(FLOW, copied(FLOW, ['clean', 'train'])) ?? [FLOW, []];
    expect(ids).toEqual(['train_2', 'clean_2']);
    expect(flow.nodes?.[3]?.parameters).toEqual({ rows: '${{ clean_2.outputs.rows }}' });
    expect(pasted(FLOW, 'something else')).toBeNull();
  });
});

describe('an expression', () => {
  it('names things by their first word', () => {
    expect(rootsOf("max(train.outputs.auc, base) > 0.8 and kind == 'train'")).toEqual([
      'train',
      'base',
      'and',
      'kind'
    ]);
    expect(referred('${{ train.outputs.auc }}')).toBe('train.outputs.auc');
    expect(referred('rows: ${{ rows }}')).toBeNull();
  });

  it('is shown as comparisons as long as it is nothing else', () => {
    const parts = comparisons('train.outputs.auc > 0.8 and train.state == "succeeded"');
    expect(parts).toEqual([
      { left: 'train.outputs.auc', operator: '>', right: '0.8' },
      { left: 'train.state', operator: '==', right: '"succeeded"' }
    ]);
    expect(condition(parts ?? [])).toBe('train.outputs.auc > 0.8 and train.state == "succeeded"');
    expect(comparisons('a.outputs.x > 1 or b.outputs.y > 2')).toBeNull();
    expect(comparisons('')).toEqual([]);
  });

  it('quotes what is a text', () => {
    expect(['0.8', 'two words', 'true', ''].map(literal)).toEqual([
      '0.8',
      '"two words"',
      'true',
      ''
    ]);
  });
});

describe('a layout', () => {
  const ids = ['a', 'b', 'c'];
  const lines = ['b', 'c'].map(target => ({ source: 'a', target, label: '' }));

  it('goes from left to right, and covers nothing', () => {
    const { a, b, c } = arranged(ids, lines) as Record<string, [number, number]>;
    expect(b?.[0]).toBeGreaterThan((a?.[0] ?? 0) + 200);
    expect(Math.abs((b?.[1] ?? 0) - (c?.[1] ?? 0))).toBeGreaterThan(80);
  });

  it('gives a condition room on its line', () => {
    const written = lines.map(line => ({ ...line, label: 'auc > 0.8' }));
    const gap = (all: typeof lines): number => arranged(ids, all)['b']?.[0] ?? 0;
    expect(gap(written)).toBeGreaterThan(gap(lines) + 60);
  });

  it('keeps what was placed by hand, and puts a new node beside what it needs', () => {
    const places = completed(ids, lines, { a: [40, 40], b: [400, 40] });
    expect(places['a']).toEqual([40, 40]);
    expect(places['c']?.[0]).toBeGreaterThan(240);
    expect(places['c']?.[1]).toBeGreaterThan(100);
  });
});

it('paths go from the folder of the workflow to the file and back', () => {
  expect(fromFolder('flows/a', 'notebooks/x.ipynb')).toBe('../../notebooks/x.ipynb');
  expect(fromFolder('', 'x.ipynb')).toBe('x.ipynb');
  expect(inProject('flows/a', '../../notebooks/x.ipynb')).toBe('notebooks/x.ipynb');
});

it('only what differs between two texts is written', () => {
  expect(difference('a: 1\nb: 2\nc: 3\n', 'a: 1\nb: 20\nc: 3\n')).toEqual([9, 9, '0']);
  expect(difference('same', 'same')).toEqual([4, 4, '']);
});
