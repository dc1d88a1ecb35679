import { Signal } from '@lumino/signaling';

import type { Api } from '../api';
import type { IWorkflowText } from './workflow-text';
import type { Workflow } from './workflow-types';

/** A text that is kept in memory, with its past, for the specs. */
export class MemoryText implements IWorkflowText {
  constructor(private _source: string) {}

  readonly path = 'flow.workflow.yaml';
  readonly readOnly = false;
  readonly changed: Signal<IWorkflowText, void> = new Signal<IWorkflowText, void>(this);
  saved: string | null = null;

  get source(): string {
    return this._source;
  }

  get dirty(): boolean {
    return this.saved !== this._source;
  }

  get canUndo(): boolean {
    return this._past.length > 0;
  }

  get canRedo(): boolean {
    return this._future.length > 0;
  }

  write(source: string): void {
    this._past.push(this._source);
    this._set(source);
  }

  undo(): void {
    this._future.push(this._source);
    this._set(this._past.pop() ?? this._source);
  }

  redo(): void {
    this._past.push(this._source);
    this._set(this._future.pop() ?? this._source);
  }

  async save(): Promise<void> {
    this.saved = this._source;
  }

  private _set(source: string): void {
    this._source = source;
    this.changed.emit();
  }

  private readonly _past: string[] = [];
  private readonly _future: string[] = [];
}

/** An API for which the text of a workflow is JSON; what it was asked is in `asked`. */
export function workflowServer(more: Record<string, unknown> = {}): { api: Api; asked: unknown[] } {
  const asked: unknown[] = [];
  const answer = async (path: string, init: { body?: unknown } = {}): Promise<object> => {
    asked.push([path, init.body]);
    const { text = '', workflow } = (init.body ?? {}) as { text?: string; workflow?: Workflow };
    switch (path) {
      case '/jobs/workflows/check':
        return { data: read(text) };
      case '/jobs/workflows/format':
        return { data: { text: JSON.stringify(workflow) } };
      default:
        return { data: more[path] ?? { items: [], templates: [], file_schema: {} } };
    }
  };
  return { api: { GET: answer, POST: answer } as unknown as Api, asked };
}

function read(text: string): object {
  try {
    return { workflow: JSON.parse(text || '{}') as Workflow, problems: [], names: {}, edges: [] };
  } catch {
    const problem = {
      severity: 'error',
      line: 1,
      node: null,
      field: '',
      message: 'This is no YAML.'
    };
    return { workflow: null, problems: [problem], names: {}, edges: [] };
  }
}
