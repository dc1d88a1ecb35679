import type { Column, Monitor, Report } from './monitor';

/** What was found about a column, for tests. */
export function column(name: string, change: Partial<Column> = {}): Column {
  return {
    name,
    kind: 'number',
    drifted: false,
    score: 0.02,
    message: 'As in training.',
    tests: [],
    histogram: { edges: [0, 1, 2], labels: null, training: [0.5, 0.5], live: [0.4, 0.6] },
    missing_training: 0,
    missing_live: 0,
    new_values: [],
    importance: null,
    ...change
  };
}

/** A check that found a column that has drifted, for tests. */
export function report(change: Partial<Report> = {}): Report {
  return {
    id: 'r2',
    endpoint_id: 'id-late',
    endpoint: 'late',
    at: '2026-01-01T10:00:00Z',
    state: 'drifted',
    message: 'carrier has drifted.',
    number: 1,
    label: 'late-flights 1',
    rows: 400,
    begins: null,
    ends: null,
    baseline: null,
    columns: [
      column('carrier', {
        drifted: true,
        score: 5.75,
        kind: 'category',
        new_values: ['ZZ'],
        histogram: { edges: null, labels: ['UA', 'AA'], training: [0.5, 0.5], live: [1, 0] },
        tests: [
          {
            name: 'psi',
            statistic: 5.75,
            p_value: null,
            threshold: 0.1,
            drifted: true,
            words: 'Far from training.'
          }
        ]
      }),
      column('distance')
    ],
    prediction: column('prediction', { score: 0.3, drifted: true }),
    rules: [],
    rules_message: 'The model has no recipe with rules.',
    quality: null,
    attribution: null,
    attribution_message: '',
    seconds: 0.1,
    ...change
  };
}

/** A monitor that has checked once, for tests. */
export function monitor(change: Partial<Monitor> = {}): Monitor {
  return {
    id: 'id-late',
    endpoint: 'late',
    spec: { attribution: true },
    message: '',
    capture_share: 1,
    captured_rows: 400,
    captured_bytes: 20_000,
    truth_rows: 0,
    baseline: {
      source: 'training_data',
      rows: 4000,
      columns: 2,
      sample_rows: 2000,
      made_at: '2026-01-01T09:00:00Z'
    },
    next_check: null,
    schedule_id: null,
    report: report(),
    alerts: [],
    ...change
  };
}
