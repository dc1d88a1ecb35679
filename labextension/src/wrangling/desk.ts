/** What stands beside the recipe, in the place on the left. */
export type Pane = 'recipe' | 'suggest' | 'rules';

/** What stands below the table, in the place of a step's form. */
export type Sheet = 'example' | 'clusters' | 'selection' | 'code' | 'rule' | 'failing' | 'source';

/** What is asked of a model here. */
interface IDrafting {
  discardDraft(): void;
}

/** Which tools of a view are open. */
export class Desk {
  constructor(
    private readonly _model: IDrafting,
    /** Says that something that is shown changed. */
    private readonly _tell: () => void
  ) {}

  get pane(): Pane {
    return this._pane;
  }

  get sheet(): Sheet | null {
    return this._sheet;
  }

  /** The column that the sheet was opened for. */
  get column(): string | null {
    return this._column;
  }

  /** Whether the table shows what the chosen step changed. */
  get compares(): boolean {
    return this._compares;
  }

  /** Whether the report stands in the place of the table. */
  get reads(): boolean {
    return this._reads;
  }

  /** Open a pane; the recipe again if it is open already. */
  turn(pane: Pane): void {
    this._pane = this._pane === pane ? 'recipe' : pane;
    this._tell();
  }

  /** Open a sheet; the form of a step gives way. */
  open(sheet: Sheet, column: string | null = null): void {
    this._model.discardDraft();
    this._sheet = sheet;
    this._column = column;
    this._reads = false;
    this._tell();
  }

  close(): void {
    this._sheet = null;
    this._tell();
  }

  /** Show what the chosen step changed, or no longer. */
  compare(on: boolean): void {
    this._compares = on;
    this._reads = false;
    this._tell();
  }

  /** Make room for the form of a step. */
  clear(): void {
    this._sheet = null;
    this._reads = false;
  }

  /** Show the report, or the table. */
  read(on: boolean): void {
    this._reads = on;
    if (on) {
      this._sheet = null;
      this._model.discardDraft();
    }
    this._tell();
  }

  private _pane: Pane = 'recipe';
  private _sheet: Sheet | null = null;
  private _column: string | null = null;
  private _reads = false;
  private _compares = false;
}
