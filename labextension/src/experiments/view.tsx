import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, Chips, Failure, Loading, SearchField } from '../ui';
import type { RunsModel, StateFilter } from './model';
import { ColumnPicker } from './picker';
import { Start } from './start';
import { LIMIT } from './store';
import { RunsTable } from './table';

/** What the table asks of the application. */
export interface ITableActions {
  open: (id: string) => void;
  remove: (ids: readonly string[]) => void;
  restore: (ids: readonly string[]) => void;
  /** Puts the code into the notebook in front; null if there is none. */
  readonly insert: (() => void) | null;
}

/** All runs: the left half of the Experiments tab. */
export class RunsView extends VDomRenderer<RunsModel> {
  constructor(
    model: RunsModel,
    private readonly _actions: ITableActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-RunsView');
  }

  protected override onAfterShow(): void {
    void this.model.source.catchUp();
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    const { source } = model;
    if (!source.loaded) {
      return <Loading label={trans.__('Loading the runs')} rows={14} />;
    }
    if (source.failure !== null) {
      return (
        <Failure
          message={source.failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void source.refresh()}
        />
      );
    }
    if (source.rows.length === 0 && model.state !== 'deleted') {
      return <Start trans={trans} insert={actions.insert} />;
    }
    return (
      <>
        <Bar model={model} trans={trans} />
        <Selection model={model} actions={actions} trans={trans} />
        {model.shown.length > 0 ? (
          <RunsTable model={model} trans={trans} open={actions.open} remove={actions.remove} />
        ) : (
          <p className="jp-mlstudio-Hint">{nothing(model, trans)}</p>
        )}
        <Foot model={model} trans={trans} />
      </>
    );
  }
}

interface IPartProps {
  model: RunsModel;
  trans: TranslationBundle;
}

function Bar({ model, trans }: IPartProps): React.JSX.Element {
  return (
    <div className="jp-mlstudio-RunsView-bar">
      <Experiments model={model} trans={trans} />
      <span
        className="jp-mlstudio-RunsView-search"
        title={trans.__('Words, and conditions such as: auc > 0.9 model = forest state = failed')}
      >
        <SearchField
          label={trans.__('Filter, such as: loss < 0.3')}
          value={model.search}
          onChange={search => {
            model.search = search;
          }}
        />
      </span>
      <ColumnPicker model={model} trans={trans} />
      <Chips<StateFilter>
        label={trans.__('Show')}
        value={model.state}
        onChange={state => {
          model.state = state;
        }}
        options={[
          { value: 'all', label: trans.__('All') },
          { value: 'running', label: trans.__('Running') },
          { value: 'finished', label: trans.__('Finished') },
          { value: 'failed', label: trans.__('Failed') },
          { value: 'deleted', label: trans.__('Bin') }
        ]}
      />
    </div>
  );
}

function Experiments({ model, trans }: IPartProps): React.JSX.Element {
  return (
    <select
      aria-label={trans.__('Experiment')}
      value={model.experiment ?? ''}
      onChange={event => {
        model.experiment = event.target.value || null;
      }}
    >
      <option value="">{trans.__('All experiments')}</option>
      {model.experiments.map(name => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** What can be done with the selected runs; there from the first one on. */
function Selection({
  model,
  actions,
  trans
}: IPartProps & { actions: ITableActions }): React.JSX.Element | null {
  const { selected } = model;
  if (selected.length === 0) {
    return null;
  }
  const isBin = model.state === 'deleted';
  return (
    <div
      className="jp-mlstudio-RunsView-selection"
      role="toolbar"
      aria-label={trans.__('Selected runs')}
    >
      <span>
        {trans._n('%1 run selected', '%1 runs selected', selected.length, selected.length)}
      </span>
      {selected.length === 1 && !isBin ? (
        <em>{trans.__('Select another one to compare.')}</em>
      ) : null}
      <Button onClick={() => (isBin ? actions.restore : actions.remove)(selected)}>
        {isBin ? trans.__('Restore') : trans.__('Delete…')}
      </Button>
      <Button onClick={() => model.select([])}>{trans.__('Select None')}</Button>
    </div>
  );
}

function Foot({ model, trans }: IPartProps): React.JSX.Element {
  const { source, shown } = model;
  const count = trans.__(
    '%1 of %2 runs',
    shown.length.toLocaleString(),
    source.total.toLocaleString()
  );
  const isCut = source.total > source.rows.length;
  return (
    <div className="jp-mlstudio-RunsView-foot" role="status">
      {isCut
        ? trans.__('%1 · only the newest %2 are loaded', count, LIMIT.toLocaleString())
        : count}
    </div>
  );
}

function nothing(model: RunsModel, trans: TranslationBundle): string {
  return model.state === 'deleted' && model.source.rows.length === 0
    ? trans.__('The bin is empty.')
    : trans.__('No run fits. Change the filter, or choose another experiment.');
}
