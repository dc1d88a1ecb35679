import type { TranslationBundle } from '@jupyterlab/translation';

import type { Schemas } from '../api';
import { Asking } from './asking';
import type { WrangleModel } from './model';

/** What a recipe can be written in; `pandera` writes its rules. */
export type Language = 'polars' | 'pandas' | 'sql' | 'sklearn' | 'pandera';
export type Dialect = 'duckdb' | 'postgres' | 'spark' | 'bigquery' | 'snowflake';

export const dialects: readonly [Dialect, string][] = [
  ['duckdb', 'DuckDB'],
  ['postgres', 'PostgreSQL'],
  ['spark', 'Spark'],
  ['bigquery', 'BigQuery'],
  ['snowflake', 'Snowflake']
];

/** What can be chosen; rules only where there are some. */
export function languages(
  { opening, tools }: WrangleModel,
  trans: TranslationBundle
): readonly [Language, string][] {
  const all: [Language, string, boolean][] = [
    ['polars', 'Polars', true],
    ['pandas', 'pandas', true],
    ['sql', 'SQL', true],
    ['sklearn', trans.__('scikit-learn Pipeline'), true],
    [
      'pandera',
      trans.__('pandera (the rules)'),
      opening.can('rules.export') && tools.rules.items.length > 0
    ]
  ];
  return all.filter(([, , can]) => can).map(([language, label]) => [language, label]);
}

/** The recipe as a program in the language that was chosen last. */
export class Code {
  constructor(
    private readonly _model: WrangleModel,
    private readonly _changed: () => void
  ) {
    this.text = new Asking(_changed);
  }

  readonly text: Asking<{ text: string }>;

  get language(): Language {
    return this._language ?? this._model.opening.recents?.language ?? 'polars';
  }

  get dialect(): Dialect {
    return this._dialect;
  }

  /** Choose what to write it in. */
  write(language: Language, dialect = this._dialect): void {
    this._language = language;
    this._dialect = dialect;
    if (language !== 'pandera') {
      this._model.opening.recents?.speak(language);
    }
    this.follow();
    this._changed();
  }

  /** Write it anew if the recipe is another one than before. */
  follow(): void {
    const { recipe, busy } = this._model;
    const key = JSON.stringify([this.language, this._dialect, recipe]);
    if (!busy && key !== this._written) {
      this._written = key;
      void this.text.ask(() => this.ask());
    }
  }

  /** Get the program. */
  ask(): Promise<{ text: string }> {
    const { language, dialect } = this;
    if (language === 'pandera') {
      return this._model.ask<Schemas['RuleCode']>('rules.export', {});
    }
    const { path } = this._model.output;
    const args = {
      language,
      ...(language === 'sql' ? { dialect } : {}),
      ...(language === 'sklearn' && path ? { path } : {})
    };
    return this._model.ask<Schemas['CodeText']>('code', args);
  }

  /** Get the program as it stands in a cell of a Python notebook. */
  async forCell(): Promise<string> {
    const { text } = await this.ask();
    if (this.language !== 'sql') {
      return text;
    }
    const query = `"""\n${text.trim()}\n"""`;
    return this._dialect === 'duckdb'
      ? `import duckdb\n\nresult = duckdb.sql(${query}).pl()`
      : `query = ${query}`;
  }

  private _language: Language | null = null;
  private _dialect: Dialect = 'duckdb';
  private _written = '';
}
