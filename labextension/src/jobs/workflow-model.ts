import type { Api } from '../api';
import { messageOf } from '../ui';
import { WorkflowCatalogue } from './workflow-catalogue';
import { copied, pasted } from './workflow-clip';
import {
  added,
  before,
  changed,
  freeId,
  nodeOf,
  nodesOf,
  NOTHING,
  removed
} from './workflow-graph';
import type { Place } from './workflow-layout';
import type { IWorkflowText } from './workflow-text';
import type {
  NodeNames,
  Workflow,
  WorkflowCheck,
  WorkflowNode,
  WorkflowProblem
} from './workflow-types';

const READ_DELAY = 120;
const LOOK_DELAY = 800;

/** Changes a workflow into another one. */
export type Change = (workflow: Workflow) => Workflow;

/** A workflow's file as the view shows it: what is in it, what is wrong with it, and how it is changed. */
export class WorkflowModel extends WorkflowCatalogue {
  constructor(
    private readonly _api: Api,
    readonly text: IWorkflowText
  ) {
    super();
    text.changed.connect(this._onText, this);
  }

  override dispose(): void {
    this.text.changed.disconnect(this._onText, this);
    window.clearTimeout(this._timer);
    super.dispose();
  }

  /** What the file holds; the last that could be read, if it cannot be read now. */
  get workflow(): Workflow {
    return this._workflow;
  }

  /** Whether the file was read, well or not. */
  get loaded(): boolean {
    return this._loaded;
  }

  /** Whether what the file holds now is shown. */
  get readable(): boolean {
    return this._readable;
  }

  get editable(): boolean {
    return this._readable && !this.text.readOnly;
  }

  /** Why the server could not be asked; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  get problems(): readonly WorkflowProblem[] {
    return this._problems;
  }

  /** What a node takes and gives, as far as it is known. */
  names(id: string): NodeNames | undefined {
    return this._names[id];
  }

  get selection(): readonly string[] {
    return this._selection;
  }

  /** The one node that is chosen; null if none or several are. */
  get selected(): WorkflowNode | null {
    const [id, ...more] = this._selection;
    return (id !== undefined && more.length === 0 && nodeOf(this._workflow, id)) || null;
  }

  select(ids: readonly string[]): void {
    if (ids.join() !== this._selection.join()) {
      this._selection = ids;
      this.stateChanged.emit();
    }
  }

  /** Read the file and the palette. */
  async open(): Promise<void> {
    await Promise.all([this.read(), this.readPalette(this._api)]);
  }

  /** Change the workflow; the text follows. */
  edit(change: Change): void {
    const next = change(this._workflow);
    if (next === this._workflow || !this.editable) {
      return;
    }
    this._workflow = next;
    this._selection = this._selection.filter(id => nodeOf(next, id));
    this._changes = [...this._changes, change];
    this.stateChanged.emit();
    this._startWriting();
  }

  /** Add a node under a name of its own and choose it. */
  add(fields: Partial<WorkflowNode>, wanted: string, place: Place | null): string {
    const id = freeId(this._workflow, wanted);
    this.edit(workflow => added(workflow, { ...fields, id }, place));
    this.select([id]);
    return id;
  }

  /** Change fields of a node. */
  change(id: string, fields: Partial<WorkflowNode>): void {
    this.edit(workflow => changed(workflow, id, fields));
  }

  /** Remove nodes. */
  remove(ids: readonly string[]): void {
    this.edit(workflow => removed(workflow, ids));
  }

  /** Write the chosen nodes for the clipboard. */
  copy(): string {
    return copied(this._workflow, this._selection);
  }

  /** Add the nodes of the clipboard and choose them; false if there are none in it. */
  paste(clip: string): boolean {
    const found = pasted(this._workflow, clip);
    if (found) {
      this.edit(workflow => pasted(workflow, clip)?.[0] ?? workflow);
      this.select(found[1]);
    }
    return found !== null;
  }

  undo(): void {
    this.text.undo();
  }

  redo(): void {
    this.text.redo();
  }

  /** What expressions of a node may name: parameters, and the nodes that end before it, with what they give. */
  upstream(id: string): readonly WorkflowNode[] {
    const earlier = before(this._workflow, id);
    const others = nodesOf(this._workflow).filter(node => node.id !== id);
    const after = (node: WorkflowNode): boolean => before(this._workflow, node.id).includes(id);
    const near = others.filter(node => earlier.includes(node.id));
    return [...near, ...others.filter(node => !near.includes(node) && !after(node))];
  }

  problemsOf(id: string): readonly WorkflowProblem[] {
    return this._problems.filter(({ node }) => node === id);
  }

  /** Wait until the text holds every change. */
  async written(): Promise<void> {
    while (this._writing) {
      await this._writing;
    }
  }

  /** Read what the text holds now. */
  async read(): Promise<void> {
    const asked = ++this._asked;
    const { source, path } = this.text;
    this._seen = source;
    try {
      const { data } = await this._api.POST('/jobs/workflows/check', {
        body: { path, text: source }
      });
      if (asked === this._asked && data) {
        this._take(data as WorkflowCheck); // the client's own name for the same type
      }
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    this._loaded = true;
    this.stateChanged.emit();
  }

  /** Check once more: a notebook that it runs may have been saved. */
  lookAgain(): void {
    if (this._loaded) {
      window.clearTimeout(this._timer);
      this._timer = window.setTimeout(() => void this.read(), LOOK_DELAY);
    }
  }

  private _take(read: WorkflowCheck): void {
    this._problems = read.problems;
    this._names = { ...this._names, ...read.names };
    this._readable = read.workflow !== null;
    if (read.workflow && this._changes.length === 0 && !this._sent) {
      this._workflow = read.workflow;
      this._selection = this._selection.filter(id => nodeOf(this._workflow, id));
    }
  }

  private _startWriting(): void {
    this._writing ??= this._write().finally(() => {
      this._writing = null;
      if (this._changes.length > 0) {
        this._startWriting(); // changed while the text was read once more
      }
    });
  }

  private async _write(): Promise<void> {
    let failure: string | null = null;
    try {
      while (this._changes.length > 0) {
        if (this.text.source !== this._seen) {
          await this._rebase();
        }
        await this._send();
      }
    } catch (error) {
      failure = messageOf(error);
      this._changes = [];
    }
    await this.read();
    if (failure !== null) {
      this._failure = failure;
      this.stateChanged.emit();
    }
  }

  private async _send(): Promise<void> {
    const source = this._seen;
    const sent = this._changes;
    this._changes = [];
    this._sent = true;
    try {
      const body = { path: this.text.path, text: source, workflow: this._workflow };
      const { data } = await this._api.POST('/jobs/workflows/format', { body });
      if (data && this.text.source === source) {
        this._seen = data.text;
        this.text.write(data.text);
      } else {
        this._changes = [...sent, ...this._changes]; // somebody else has changed the text meanwhile
      }
    } finally {
      this._sent = false;
    }
  }

  /** Make the changes again on what somebody else has made of the text. */
  private async _rebase(): Promise<void> {
    const { source, path } = this.text;
    const { data } = await this._api.POST('/jobs/workflows/check', {
      body: { path, text: source }
    });
    this._seen = source;
    if (data?.workflow) {
      const base = (data as WorkflowCheck).workflow ?? this._workflow;
      this._workflow = this._changes.reduce((before, change) => change(before), base);
    } else {
      this._changes = []; // it cannot be read, so nothing can be changed in it
    }
  }

  private _onText(): void {
    if (this.text.source !== this._seen) {
      window.clearTimeout(this._timer);
      this._timer = window.setTimeout(() => void this.read(), this._loaded ? READ_DELAY : 0);
    }
    this.stateChanged.emit(); // undo, redo, the path and whether it may be written
  }

  private _workflow: Workflow = NOTHING;
  private _problems: readonly WorkflowProblem[] = [];
  private _names: Readonly<Record<string, NodeNames>> = {};
  private _selection: readonly string[] = [];
  private _loaded = false;
  private _readable = false;
  private _failure: string | null = null;
  private _changes: readonly Change[] = [];
  private _sent = false;
  private _writing: Promise<void> | null = null;
  private _seen: string | null = null;
  private _asked = 0;
  private _timer = 0;
}
