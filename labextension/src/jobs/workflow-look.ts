import { VDomModel } from '@jupyterlab/ui-components';

/** How the nodes are shown. */
export type Mode = 'canvas' | 'list' | 'code';

/** What the drawer on the right shows. */
export type Pane = 'node' | 'parameters' | 'runs' | 'problems';

const NARROW = 720;
const ROOMY = 900;
const ROOMY_FILLED = 1300;
const DRAWER = 320;

/** How the view of a workflow is arranged. */
export class WorkflowLook extends VDomModel {
  get mode(): Mode {
    return this._mode ?? (this.narrow ? 'list' : 'canvas');
  }

  set mode(mode: Mode) {
    this._mode = mode;
    this.stateChanged.emit();
  }

  get pane(): Pane | null {
    return this._pane;
  }

  set pane(pane: Pane | null) {
    this._pane = pane;
    this.stateChanged.emit();
  }

  /** Whether there is no room for drawers beside the nodes. */
  get narrow(): boolean {
    return this._width < NARROW;
  }

  /** How wide the view is. */
  set width(width: number) {
    const before = [this.narrow, this.paletteOpen].join();
    this._width = width;
    if (before !== [this.narrow, this.paletteOpen].join()) {
      this.stateChanged.emit();
    }
  }

  /** Whether nodes can be taken from the left; as there is room, unless somebody has said so. */
  get paletteOpen(): boolean {
    return this._paletteOpen ?? this._width - (this._pane === null ? 0 : DRAWER) >= this._roomy;
  }

  set paletteOpen(open: boolean) {
    this._paletteOpen = open;
    this.stateChanged.emit();
  }

  /** Leave the room to nodes that are there already. */
  protected preferNodes(): void {
    this._roomy = ROOMY_FILLED;
    this.stateChanged.emit();
  }

  private _roomy = ROOMY;
  private _mode: Mode | null = null;
  private _pane: Pane | null = null;
  private _width = ROOMY;
  private _paletteOpen: boolean | null = null;
}
