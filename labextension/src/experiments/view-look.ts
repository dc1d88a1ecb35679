/** The states by which runs are filtered; `deleted` shows the bin. */
export type StateFilter = 'all' | 'running' | 'finished' | 'failed' | 'deleted';

/** How the runs of a group become one value. */
export type Summary = 'best' | 'min' | 'mean' | 'max';

/** What a table is sorted by: the key of a column. */
export interface ISort {
  readonly key: string;
  readonly descending: boolean;
}

/** How the table looks: all that a saved view keeps. */
export interface ILook {
  /** The experiment whose runs are shown; null shows those of all. */
  readonly experiment: string | null;
  /** In MLflow's syntax. */
  readonly filter: string;
  readonly state: StateFilter;
  /** The columns that were chosen, in their order; null shows a few that tell most. */
  readonly columns: readonly string[] | null;
  /** The columns that stay at the left. */
  readonly pins: readonly string[];
  /** Pixels of columns that were made wider or narrower. */
  readonly widths: Readonly<Record<string, number>>;
  readonly sorts: readonly ISort[];
  /** The columns by which runs are grouped, the outermost first. */
  readonly groups: readonly string[];
  readonly summary: Summary;
  /** Whether the parts of a run stand below it. */
  readonly nested: boolean;
  /** Whether only columns are shown in which the runs differ. */
  readonly differing: boolean;
  /** The metrics of which is known whether less is better, against what their names say. */
  readonly lower: Readonly<Record<string, boolean>>;
  /** The columns whose values are drawn as bars too. */
  readonly bars: readonly string[];
}

export const PLAIN_LOOK: ILook = {
  experiment: null,
  filter: '',
  state: 'all',
  columns: null,
  pins: [],
  widths: {},
  sorts: [{ key: 'started', descending: true }],
  groups: [],
  summary: 'best',
  nested: true,
  differing: false,
  lower: {},
  bars: []
};

/** Put a column in front of the sorting, or turn its direction; `adds` sorts equal rows further. */
export function sortedBy(sorts: readonly ISort[], key: string, adds: boolean): readonly ISort[] {
  const known = sorts.find(one => one.key === key);
  const first = { key, descending: key !== 'name' && key !== 'experiment' };
  if (!adds) {
    return [known && sorts.length === 1 ? { key, descending: !known.descending } : first];
  }
  return known
    ? sorts.map(one => (one === known ? { key, descending: !one.descending } : one))
    : [...sorts, first];
}

const LOWER =
  /(^|[^a-z])(loss|err(or)?|mae|mape|mse|rmse|rmsle|smape|perplexity|ppl|latency|time|seconds|duration|brier|deviance|divergence|distance|fpr|fnr|wer|cer|fid|regret|cost|bic|aic)([^a-z]|$)/i;

/** Tell whether smaller values of a metric are better: what was said, else what its name lets guess. */
export function lowerIsBetter(key: string, look: Pick<ILook, 'lower'>): boolean {
  const name = key.slice(key.indexOf(':') + 1).replace(/([a-z])([A-Z])/g, '$1_$2');
  return look.lower[key] ?? (key === 'duration' || LOWER.test(name));
}
