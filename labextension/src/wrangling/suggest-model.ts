import type { Schemas } from '../api';
import { Asking } from './asking';
import type { WrangleModel } from './model';
import type { Step } from './recipes';

export type Suggestion = Schemas['StepSuggestions']['items'][number];

/** What may be worth doing next, for what is selected in the table. */
export class Suggestions {
  constructor(
    private readonly _model: WrangleModel,
    changed: () => void
  ) {
    this.found = new Asking(changed);
  }

  readonly found: Asking<Schemas['StepSuggestions']>;

  /** The suggestion that is being tried in the table. */
  get tried(): string | null {
    return this._model.draft ? this._tried : null;
  }

  /** Look again if something else is selected than before, or the table is another one. */
  follow(): void {
    const { table, recipe, upto } = this._model;
    const selected = selectedOf(table.selection);
    const seen = JSON.stringify([selected, upto, recipe.steps]);
    if (seen !== this._seen) {
      this._seen = seen;
      void this.found.ask(() =>
        this._model.ask<Schemas['StepSuggestions']>('assist.suggest', { selected, upto })
      );
    }
  }

  again(): void {
    this._seen = '';
    this.follow();
  }

  /** Show in the table what a suggestion would do; one that needs a tool opens it. */
  try(suggestion: Suggestion): void {
    const { desk } = this._model;
    if (suggestion.opens) {
      desk.open(suggestion.opens, suggestion.columns[0] ?? null);
      return;
    }
    const [first] = suggestion.steps as Step[];
    if (first) {
      this._tried = suggestion.id;
      this._model.propose(first, this._model.looked, true);
    }
  }

  /** Put the steps of a suggestion into the recipe, as one edit. */
  async add(suggestion: Suggestion): Promise<void> {
    this._model.discardDraft();
    await this._model.appendAll(suggestion.steps as Step[], this._model.looked);
  }

  private _tried: string | null = null;
  private _seen = '';
}

function selectedOf(selection: WrangleModel['table']['selection']): Schemas['Selected'] {
  if (!selection) {
    return {};
  }
  const { columns, cell, text } = selection;
  return {
    columns: [...columns],
    cell: cell ? { column: cell.column, value: cell.text } : null,
    text
  };
}
