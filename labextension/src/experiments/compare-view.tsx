import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, CopyButton, Failure, Loading, SearchField } from '../ui';
import { Curves } from './compare-curves';
import { Explained } from './compare-explained';
import type { CompareModel, RunComparison } from './compare-model';
import { PairSections } from './compare-pair';
import { RunsBeside } from './compare-table';

/** What the comparison asks of the application. */
export interface ICompareActions {
  openRun: (id: string) => void;
}

/** What every part of the view is given. */
export interface ICompareProps {
  model: CompareModel;
  comparison: RunComparison;
  actions: ICompareActions;
  trans: TranslationBundle;
}

/** Runs beside each other: what explains the change, then everything that they have. */
export class CompareView extends VDomRenderer<CompareModel> {
  constructor(
    model: CompareModel,
    private readonly _actions: ICompareActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-Compare');
  }

  protected render(): React.JSX.Element {
    const { model, _trans: trans } = this;
    const { comparison, failure } = model;
    if (comparison === null) {
      return failure === null ? (
        <Loading label={trans.__('Comparing the runs')} rows={12} />
      ) : (
        <Failure
          message={failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    }
    const props = { model, comparison, actions: this._actions, trans };
    return (
      <article aria-label={trans.__('Comparison')} aria-busy={model.isBusy} onKeyDown={onKey}>
        <Bar {...props} />
        {failure === null ? null : (
          <Failure
            message={failure}
            retryLabel={trans.__('Retry')}
            onRetry={() => void model.refresh()}
          />
        )}
        <Explained {...props} />
        <RunsBeside {...props} />
        <Curves {...props} />
        <PairSections {...props} />
      </article>
    );
  }
}

function Bar({ model, comparison, trans }: ICompareProps): React.JSX.Element {
  const count = comparison.runs.length;
  return (
    <header className="jp-mlstudio-Compare-bar">
      <h2>{trans._n('%1 run', '%1 runs compared', count, count)}</h2>
      <SearchField
        label={trans.__('Search params, metrics, packages')}
        value={model.search}
        onChange={search => {
          model.search = search;
        }}
      />
      <label>
        <input
          type="checkbox"
          checked={model.onlyDifferences}
          onChange={event => {
            model.onlyDifferences = event.target.checked;
          }}
        />
        {trans.__('Only what differs')}
      </label>
      <Button onClick={() => model.refer(model.other)}>
        {count === 2 ? trans.__('Swap') : trans.__('Swap reference')}
      </Button>
      <CopyButton
        text={comparison.markdown}
        label={trans.__('Copy as Markdown')}
        copiedLabel={trans.__('Copied')}
      />
    </header>
  );
}

function onKey(event: React.KeyboardEvent<HTMLElement>): void {
  const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'search';
  if (event.key === '/' && !isTyping) {
    event.currentTarget.querySelector<HTMLElement>('.jp-mlstudio-Search')?.focus();
    event.preventDefault();
  }
}
