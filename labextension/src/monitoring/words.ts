import type { TranslationBundle } from '@jupyterlab/translation';

import type { Schemas } from '../api';

type Test = Schemas['DriftTest'];

/** Name what came out of a check. */
export function reportLabel(state: Schemas['ReportState'], trans: TranslationBundle): string {
  const labels: Record<Schemas['ReportState'], string> = {
    ok: trans.__('No drift'),
    drifted: trans.__('Drifted'),
    waiting: trans.__('Too few rows yet'),
    failed: trans.__('Check failed')
  };
  return labels[state];
}

/** Name a way of comparing. */
export function testLabel(name: Test['name'], trans: TranslationBundle): string {
  const labels: Record<Test['name'], string> = {
    psi: trans.__('Population stability'),
    kolmogorov_smirnov: trans.__('Kolmogorov-Smirnov'),
    chi_square: trans.__('Chi-square'),
    wasserstein: trans.__('Wasserstein'),
    missing: trans.__('Missing values'),
    new_values: trans.__('New values'),
    range: trans.__('Out of range')
  };
  return labels[name];
}

/** Say where a baseline comes from. */
export function baselineLabel(
  source: Schemas['BaselineSummary']['source'],
  trans: TranslationBundle
): string {
  const labels: Record<Schemas['BaselineSummary']['source'], string> = {
    training_data: trans.__('the training data'),
    dataset: trans.__('the dataset of the run'),
    input_example: trans.__('the input example'),
    captured: trans.__('rows that were captured'),
    file: trans.__('a file')
  };
  return labels[source];
}
