import type { TranslationBundle } from '@jupyterlab/translation';

import type { Api } from '../api';
import type { IWorkflowActions } from './workflow-actions';
import type { ICanvasHandle } from './workflow-canvas';
import { cardsOf, linesOf, type ICard, type ICardSource, type ILine } from './workflow-cards';
import { connected, disconnected, needsIn, nodesOf, placed } from './workflow-graph';
import type { Place } from './workflow-layout';
import { WorkflowLook } from './workflow-look';
import { WorkflowModel } from './workflow-model';
import { RunsModel } from './workflow-runs';
import type { IWorkflowText } from './workflow-text';
import type { Workflow, WorkflowNode, WorkflowRunSpec } from './workflow-types';

/** Which part of the workflow is run. */
export type Part = 'all' | 'only' | 'since';

/** Everything that stands in the view of one workflow: the file, its runs, and how they are shown. */
export class WorkflowDesk extends WorkflowLook {
  constructor(
    api: Api,
    text: IWorkflowText,
    readonly actions: IWorkflowActions,
    readonly trans: TranslationBundle
  ) {
    super();
    this.model = new WorkflowModel(api, text);
    this.runs = new RunsModel(api, () => text.path);
    this.opened = new Promise(resolve => {
      this._tellOpened = resolve;
    });
    this.model.stateChanged.connect(this._onChange, this);
    this.runs.stateChanged.connect(this._onChange, this);
  }

  readonly model: WorkflowModel;
  readonly runs: RunsModel;

  /** What can be done with the canvas while it is shown. */
  canvas: ICanvasHandle | null = null;

  override dispose(): void {
    this.model.dispose();
    this.runs.dispose();
    super.dispose();
  }

  /** Ends when everything has been read for the first time. */
  readonly opened: Promise<void>;

  /** Read everything. */
  async open(): Promise<void> {
    await Promise.all([this._openFile(), this.runs.refresh()]);
    this._tellOpened();
  }

  /** The workflow that is shown: the file's, or that of a run of the past. */
  get workflow(): Workflow {
    return this.runs.isPast && this.runs.detail ? this.runs.detail.workflow : this.model.workflow;
  }

  /** Whether what is shown can be changed. */
  get editable(): boolean {
    return this.model.editable && !this.runs.isPast;
  }

  get cards(): readonly ICard[] {
    this._cards = same(this._cards, cardsOf(this._source, this._cards));
    return this._cards;
  }

  get lines(): readonly ILine[] {
    const lines = linesOf(this._source);
    if (JSON.stringify(lines) !== JSON.stringify(this._lines)) {
      this._lines = lines;
    }
    return this._lines;
  }

  /** Choose a node and show its settings. */
  openNode(id: string): void {
    this.model.select([id]);
    this.pane = 'node';
  }

  /** Add a node: where it was dropped, or behind the one that is chosen. */
  add(fields: Partial<WorkflowNode>, wanted: string, place: Place | null = null): string {
    const chosen = place === null && this.editable ? this.model.selected : null;
    const needs = chosen ? { needs: [chosen.id] } : {};
    const id = this.model.add({ ...fields, ...needs }, wanted, place);
    this.pane = this.narrow && this.mode === 'canvas' ? null : 'node';
    return id;
  }

  connect(source: string, target: string): void {
    this.model.edit(workflow => connected(workflow, source, target));
  }

  /** Remove lines; those that a reference draws go only with it. */
  disconnect(lines: readonly { source: string; target: string }[]): void {
    const needs = needsIn(this.model.workflow);
    const isImplied = (line: { source: string; target: string }): boolean =>
      needs.some(
        need => need.source === line.source && need.target === line.target && need.implied
      );
    const implied = lines.find(isImplied);
    if (implied) {
      const { source, target } = implied;
      this.actions.tell(
        this.trans.__(
          '%2 uses a result of %1, so it needs it. Change that value instead.',
          source,
          target
        )
      );
    }
    this.model.edit(workflow =>
      disconnected(
        workflow,
        lines.filter(line => !isImplied(line))
      )
    );
  }

  move(places: Readonly<Record<string, Place>>): void {
    const now = this.model.workflow.layout ?? {};
    const moved = Object.entries(places).some(([id, place]) => String(now[id]) !== String(place));
    if (moved && !this.runs.isPast) {
      this.model.edit(workflow => placed(workflow, places));
    }
  }

  /** Place all nodes anew. */
  async arrange(): Promise<void> {
    const { arranged } = await import('./workflow-layout');
    this.move(
      arranged(
        this.cards.map(({ id }) => id),
        this.lines
      )
    );
    window.setTimeout(() => this.canvas?.fit(), FIT_DELAY);
  }

  /** Remove the chosen nodes, after asking. */
  async removeChosen(): Promise<void> {
    const { trans, model } = this;
    const ids = model.selection;
    const [first] = ids;
    if (first === undefined || !this.editable) {
      return;
    }
    const title =
      ids.length > 1 ? trans.__('Remove %1 nodes?', ids.length) : trans.__('Remove %1?', first);
    const body = trans.__('Notebooks and results stay where they are; only the workflow changes.');
    if (await this.actions.confirm(title, body, trans.__('Remove'))) {
      model.remove(ids);
    }
  }

  /** Save the file, ask for parameters if there are any, and run; `fresh` takes no earlier results. */
  async run(part: Part, fresh = false): Promise<void> {
    const { model, runs, actions } = this;
    const spec = this._spec(part);
    const declared = model.workflow.parameters ?? {};
    const last = runs.runs[0]?.parameters ?? {};
    const values = await actions.askParameters(declared, last, this._partLabel(part));
    if (values === null) {
      return;
    }
    await this.start({ ...spec, parameters: values, use_cache: !fresh });
  }

  /** Save the file and run. */
  async start(spec: Partial<WorkflowRunSpec>): Promise<void> {
    await this._tried(async () => {
      await this.saved();
      await this.runs.start({ path: this.model.text.path, ...spec });
    });
  }

  /** Show a run: the newest on the file as it is, another on the file of its time. */
  async showRun(id: string): Promise<void> {
    await this.runs.show(this.runs.runs[0]?.id === id ? null : id);
    this.pane = 'runs';
  }

  /** Go on with the run that failed, with the file as it is now. */
  async repair(): Promise<void> {
    await this._tried(async () => {
      await this.saved();
      await this.runs.repair();
    });
  }

  async stop(): Promise<void> {
    await this._tried(() => this.runs.stop());
  }

  /** Save the file with every change. */
  async saved(): Promise<void> {
    await this.model.written();
    if (this.model.text.dirty) {
      await this.model.text.save();
    }
  }

  private async _openFile(): Promise<void> {
    await this.model.open();
    if (nodesOf(this.model.workflow).length > 0) {
      this.preferNodes();
    }
  }

  private async _tried(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.actions.fail(error);
    }
  }

  private _spec(part: Part): WorkflowRunSpec {
    const { path } = this.model.text;
    const chosen = [...this.model.selection];
    return part === 'all' ? { path } : { path, [part]: chosen };
  }

  private _partLabel(part: Part): string {
    const chosen = this.model.selection.join(', ');
    return {
      all: '',
      only: this.trans.__('Only %1 is run, with the last results of what it needs.', chosen),
      since: this.trans.__('%1 and what depends on it are run.', chosen)
    }[part];
  }

  private get _source(): ICardSource {
    const { workflow, trans, runs, model } = this;
    const problems = runs.isPast ? [] : model.problems;
    return { workflow, palette: model.palette, problems, run: runs.detail, trans, now: Date.now() };
  }

  private _onChange(): void {
    this.stateChanged.emit();
  }

  private _tellOpened: () => void = () => undefined;
  private _cards: readonly ICard[] = [];
  private _lines: readonly ILine[] = [];
}

const FIT_DELAY = 250; // the cards have moved by then

function same<T>(old: readonly T[], next: readonly T[]): readonly T[] {
  return old.length === next.length && old.every((item, at) => item === next[at]) ? old : next;
}
