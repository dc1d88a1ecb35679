import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { Signal, type ISignal } from '@lumino/signaling';

/** The text of a workflow's file, as JupyterLab holds it: shared, undoable, saved by its document manager. */
export interface IWorkflowText {
  /** Path of the file from the project folder. */
  readonly path: string;
  readonly source: string;
  readonly readOnly: boolean;
  readonly dirty: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Tells that the text is another one, whoever changed it. */
  readonly changed: ISignal<IWorkflowText, void>;
  /** Put another text in its place; only what differs is touched. */
  write(source: string): void;
  undo(): void;
  redo(): void;
  save(): Promise<void>;
}

/** The text in a document of JupyterLab. */
export class DocumentText implements IWorkflowText {
  constructor(
    private readonly _context: DocumentRegistry.Context,
    readonly localPath: (path: string) => string
  ) {
    const tell = (): void => this._changed.emit();
    _context.model.contentChanged.connect(tell);
    _context.model.stateChanged.connect(tell);
    _context.pathChanged.connect(tell);
    _context.disposed.connect(() => Signal.clearData(this));
  }

  get path(): string {
    return this.localPath(this._context.path);
  }

  get source(): string {
    return this._shared.getSource();
  }

  get readOnly(): boolean {
    return this._context.model.readOnly;
  }

  get dirty(): boolean {
    return this._context.model.dirty;
  }

  get canUndo(): boolean {
    return this._shared.canUndo();
  }

  get canRedo(): boolean {
    return this._shared.canRedo();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  write(source: string): void {
    const [start, end, text] = difference(this.source, source);
    if (start !== end || text) {
      this._shared.updateSource(start, end, text);
    }
  }

  undo(): void {
    this._shared.undo();
  }

  redo(): void {
    this._shared.redo();
  }

  async save(): Promise<void> {
    await this._context.save();
  }

  private get _shared(): ISharedSource {
    return this._context.model.sharedModel as unknown as ISharedSource; // a text model, by the factory's `modelName`
  }

  private readonly _changed = new Signal<this, void>(this);
}

interface ISharedSource {
  getSource(): string;
  updateSource(start: number, end: number, text: string): void;
  canUndo(): boolean;
  canRedo(): boolean;
  undo(): void;
  redo(): void;
}

/** Find the one stretch in which two texts differ: where it starts and ends in the old one, and what is there in the new. */
export function difference(old: string, next: string): [number, number, string] {
  const shorter = Math.min(old.length, next.length);
  let start = 0;
  while (start < shorter && old[start] === next[start]) {
    start++;
  }
  let same = 0;
  while (same < shorter - start && old.at(-1 - same) === next.at(-1 - same)) {
    same++;
  }
  return [start, old.length - same, next.slice(start, next.length - same)];
}
