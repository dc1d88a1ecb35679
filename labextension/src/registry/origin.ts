import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';
import { Asked } from './asked';

export type Lineage = Schemas['Lineage'];
export type LineageNode = Schemas['LineageNode'];

/** A lineage that can be walked through: from any thing in it to the lineage of that thing, and back. */
export class LineageModel extends VDomModel {
  constructor(private readonly _api: Api) {
    super();
    this._asked.stateChanged.connect(() => this.stateChanged.emit());
  }

  /** What is drawn; null until it has come. */
  get lineage(): Lineage | null {
    return this._asked.value;
  }

  get failure(): string | null {
    return this._asked.failure;
  }

  /** The thing whose details are shown: what was chosen, or else what the lineage is about. */
  get selected(): LineageNode | null {
    const nodes = this.lineage?.nodes ?? [];
    const wanted = this._selected ?? this.lineage?.focus;
    return nodes.find(({ id }) => id === wanted) ?? null;
  }

  /** Whether there is a lineage to go back to. */
  get mayGoBack(): boolean {
    return this._trail.length > 1;
  }

  select(id: string): void {
    this._selected = id;
    this.stateChanged.emit();
  }

  /** Begin at a thing; where one has been before is forgotten. */
  async begin(id: string): Promise<void> {
    this._trail = [id];
    await this._show();
  }

  /** Go on to the lineage of a thing in this one. */
  async walk(id: string): Promise<void> {
    this._trail = [...this._trail.filter(known => known !== id), id];
    await this._show();
  }

  async back(): Promise<void> {
    this._trail = this._trail.slice(0, -1);
    await this._show();
  }

  /** Ask again for what is shown; for this if nothing is. */
  async refreshOr(id: string): Promise<void> {
    await (this._trail.length > 0 ? this._ask() : this.begin(id));
  }

  private async _show(): Promise<void> {
    this._selected = null;
    await this._ask();
  }

  private async _ask(): Promise<void> {
    const id = this._trail[this._trail.length - 1] ?? '';
    const colon = id.indexOf(':');
    const query = { kind: id.slice(0, colon), key: id.slice(colon + 1) };
    await this._asked.ask(id, async () => {
      const { data } = await this._api.GET('/registry/lineage', { params: { query } });
      return data;
    });
  }

  private readonly _asked = new Asked<Lineage>();
  private _trail: readonly string[] = [];
  private _selected: string | null = null;
}
