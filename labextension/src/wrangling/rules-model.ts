import type { Schemas } from '../api';
import { Asking } from './asking';
import type { WrangleModel } from './model';
import type { FixedRows } from './pages';
import { rulesOf, type Rule } from './recipes';
import { fixed } from './table';

export type RuleKind = Schemas['RuleKinds']['items'][number];
export type RuleResult = Schemas['RuleReport']['items'][number];

/** The rows that break a rule. */
export interface IFailing {
  rule: Rule;
  sentence: string;
  about: Schemas['FailingRows'];
  rows: FixedRows | null;
}

const SHOWN = 200;

/** What the table must be like, whether it is, and rules that may be worth having. */
export class Rules {
  constructor(
    private readonly _model: WrangleModel,
    private readonly _changed: () => void
  ) {
    this.report = new Asking(_changed);
    this.suggested = new Asking(_changed);
    this.failing = new Asking(_changed);
    this.kinds = new Asking(_changed);
  }

  readonly report: Asking<Schemas['RuleReport']>;
  readonly suggested: Asking<Schemas['RuleSuggestions']>;
  readonly failing: Asking<IFailing>;
  readonly kinds: Asking<Schemas['RuleKinds']>;

  get items(): readonly Rule[] {
    return rulesOf(this._model.recipe);
  }

  /** The rule whose form is open, and which one it takes the place of; -1 for a new one. */
  get edited(): { rule: Record<string, unknown>; index: number; kind: RuleKind } | null {
    return this._edited;
  }

  /** What became of a rule when it was last checked, if the table is still the same. */
  result(rule: Rule): RuleResult | null {
    const words = JSON.stringify(plain(rule));
    const found = this.report.answer?.items ?? [];
    return found.find(item => JSON.stringify(plain(item.rule as Rule)) === words) ?? null;
  }

  /** Get the kinds of rules, once. */
  async begin(): Promise<void> {
    if (!this.kinds.answer && !this.kinds.running) {
      await this.kinds.ask(() => this._model.ask<Schemas['RuleKinds']>('rules.kinds', {}));
    }
  }

  /** Check all rules against the whole table. */
  check(): Promise<unknown> {
    return this.report.ask(() =>
      this._model.ask<Schemas['RuleReport']>('rules.check', { rules: this.items })
    );
  }

  /** Look for rules that the table keeps, or nearly. */
  suggest(): Promise<unknown> {
    return this.suggested.ask(() =>
      this._model.ask<Schemas['RuleSuggestions']>('rules.suggest', {})
    );
  }

  /** Open the form of a rule; of a new one, if there is none at that place. */
  edit(kind: RuleKind, index = -1): void {
    const rule = (this.items[index] ?? { kind: kind.kind }) as Record<string, unknown>;
    this._model.desk.open('rule');
    this._edited = { rule, index, kind };
    this._changed();
  }

  fill(options: Record<string, unknown>): void {
    if (this._edited) {
      const { kind } = this._edited.kind;
      this._edited = { ...this._edited, rule: { ...options, kind } };
      this._changed();
    }
  }

  /** Put the rule of the form into the recipe. */
  async keep(): Promise<void> {
    const edited = this._edited;
    if (edited) {
      const rules = [...this.items];
      const at = edited.index < 0 ? rules.length : edited.index;
      rules[at] = edited.rule as Rule;
      this._model.desk.close();
      await this._settle(rules);
    }
  }

  async add(rule: Rule): Promise<void> {
    await this._settle([...this.items, rule]);
  }

  async remove(index: number): Promise<void> {
    await this._settle(this.items.filter((_, at) => at !== index));
  }

  /** Show the rows that break a rule. */
  async show(result: RuleResult): Promise<void> {
    this._model.desk.open('failing');
    await this.failing.ask(async () => {
      const { rule, sentence } = result;
      const args = { rule, start: 0, stop: SHOWN };
      const answer = await this._model.opening.live.ask<Schemas['FailingRows']>(
        'rules.failing',
        args
      );
      return {
        rule: rule as Rule,
        sentence,
        about: answer.result,
        rows: await fixed(answer.table)
      };
    });
  }

  private async _settle(rules: Rule[]): Promise<void> {
    await this._model.change({ ...this._model.recipe, rules }, this._model.looked);
    if (rules.length > 0) {
      await this.check();
    }
  }

  private _edited: { rule: Record<string, unknown>; index: number; kind: RuleKind } | null = null;
}

/** Leave out what a rule says by default, so that two ways to write the same one are one. */
function plain(rule: Rule): object {
  const entries = Object.entries(rule).filter(
    ([name, value]) =>
      value !== null &&
      value !== '' &&
      !(name === 'tolerance' && value === 0) &&
      !(name === 'severity' && value === 'fail')
  );
  return Object.fromEntries(entries.sort(([one], [other]) => one.localeCompare(other)));
}
