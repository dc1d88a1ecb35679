import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, Chips, Failure, Loading } from '../ui';
import { OWN_COLUMNS } from './column-choice';
import type { RunsModel, StateFilter } from './model';
import { Start } from './start';
import { RunsTable, type ITableActions } from './table';
import { ColumnChooser } from './view-columns';
import { FilterField } from './view-filter';
import { GroupMenu } from './view-groups';
import { MoreMenu } from './view-more';
import { ViewsMenu } from './view-views';
import type { SavedViews } from './views';

export type { ITableActions } from './table';

/** All runs: the left half of the Experiments tab. */
export class RunsView extends VDomRenderer<RunsModel> {
  constructor(
    model: RunsModel,
    private readonly _actions: ITableActions,
    private readonly _views: SavedViews,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-RunsView');
    _views.changed.connect(this.update, this);
  }

  override dispose(): void {
    this._views.changed.disconnect(this.update, this);
    super.dispose();
  }

  protected override onAfterShow(): void {
    void this.model.source.catchUp();
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _views: views, _trans: trans } = this;
    const { source } = model;
    const problem = source.failure ?? source.progress?.problem ?? null;
    const isEmpty = source.table.size === 0 && model.look.state !== 'deleted';
    if (problem !== null && isEmpty) {
      return <Problem message={problem} model={model} trans={trans} />;
    }
    if (!source.loaded || (isEmpty && (!source.complete || source.progress?.loading))) {
      return <Loading label={trans.__('Loading the runs')} rows={14} />;
    }
    if (isEmpty) {
      return <Start trans={trans} insert={actions.insert} />;
    }
    return (
      <>
        <Bar model={model} actions={actions} views={views} trans={trans} />
        {problem !== null ? <Problem message={problem} model={model} trans={trans} /> : null}
        <Limits model={model} trans={trans} />
        <Selection model={model} actions={actions} trans={trans} />
        <RunsTable model={model} trans={trans} actions={actions} />
        {model.lines.length === 0 ? (
          <p className="jp-mlstudio-Hint">{nothing(model, trans)}</p>
        ) : null}
        <Foot model={model} trans={trans} />
      </>
    );
  }
}

interface IPartProps {
  model: RunsModel;
  trans: TranslationBundle;
}

/** Why the runs could not be had, or not all that is new. */
function Problem({ message, model, trans }: IPartProps & { message: string }): React.JSX.Element {
  return (
    <Failure
      message={message}
      retryLabel={trans.__('Retry')}
      onRetry={() => void model.source.refresh()}
    />
  );
}

interface IBarProps extends IPartProps {
  actions: ITableActions;
  views: SavedViews;
}

function Bar({ model, actions, views, trans }: IBarProps): React.JSX.Element {
  return (
    <div className="jp-mlstudio-RunsView-bar" role="toolbar" aria-label={trans.__('Table of runs')}>
      <ViewsMenu views={views} trans={trans} />
      <Experiments model={model} trans={trans} />
      <FilterField model={model} trans={trans} />
      <MoreMenu model={model} actions={actions} trans={trans} />
      <Chips<StateFilter>
        label={trans.__('Show')}
        value={model.look.state}
        onChange={state => model.change({ state })}
        options={[
          { value: 'all', label: trans.__('All') },
          { value: 'running', label: trans.__('Running') },
          { value: 'finished', label: trans.__('Finished') },
          { value: 'failed', label: trans.__('Failed') },
          { value: 'deleted', label: trans.__('Bin') }
        ]}
      />
      <span className="jp-mlstudio-RunsView-looks">
        <ColumnChooser model={model} views={views} trans={trans} />
        <GroupMenu model={model} trans={trans} />
        <Button
          aria-pressed={model.look.differing}
          title={trans.__('Show only the columns in which the runs differ')}
          onClick={() => model.change({ differing: !model.look.differing })}
        >
          {trans.__('Differences')}
        </Button>
      </span>
    </div>
  );
}

function Experiments({ model, trans }: IPartProps): React.JSX.Element {
  return (
    <select
      aria-label={trans.__('Experiment')}
      value={model.look.experiment ?? ''}
      onChange={event => model.change({ experiment: event.target.value || null })}
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

/** What limits the table besides the filter: each can be taken away. */
function Limits({ model, trans }: IPartProps): React.JSX.Element | null {
  const count = model.brushed?.length;
  if (count === undefined) {
    return null;
  }
  return (
    <div className="jp-mlstudio-RunsView-limits">
      <Button onClick={() => (model.brushed = null)}>
        {trans._n('%1 run chosen in a chart', '%1 runs chosen in a chart', count, count)} ×
      </Button>
    </div>
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
  const isBin = model.look.state === 'deleted';
  const { compare } = actions;
  return (
    <div
      className="jp-mlstudio-RunsView-selection"
      role="toolbar"
      aria-label={trans.__('Selected runs')}
    >
      <span>
        {trans._n('%1 run selected', '%1 runs selected', selected.length, selected.length)}
      </span>
      {compare && !isBin ? (
        <Button
          primary
          disabled={selected.length < 2}
          title={selected.length < 2 ? trans.__('Select another run to compare') : undefined}
          onClick={() => compare(selected)}
        >
          {trans.__('Compare')}
        </Button>
      ) : null}
      {isBin ? null : <Button onClick={() => actions.tag(selected)}>{trans.__('Tag…')}</Button>}
      <Button onClick={() => (isBin ? actions.restore : actions.remove)(selected)}>
        {isBin ? trans.__('Restore') : trans.__('Delete')}
      </Button>
      <Button onClick={() => model.select([])}>{trans.__('Select None')}</Button>
    </div>
  );
}

function Foot({ model, trans }: IPartProps): React.JSX.Element {
  const { source } = model;
  const shown = model.order.length.toLocaleString();
  const total = source.total.toLocaleString();
  const [count, all] = [model.visible.length + 1, model.columns.length + OWN_COLUMNS.length + 1];
  const columns = trans.__('%1 of %2 columns', count.toLocaleString(), all.toLocaleString());
  const text = source.progress?.loading
    ? trans.__('Copying runs from the server: %1 so far', source.progress.loaded.toLocaleString())
    : source.complete
      ? `${trans.__('%1 of %2 runs', shown, total)} · ${columns}`
      : trans.__('Loading all %1 runs…', total);
  return (
    <div className="jp-mlstudio-RunsView-foot" role="status">
      {text}
    </div>
  );
}

function nothing(model: RunsModel, trans: TranslationBundle): string {
  if (!model.source.complete) {
    return trans.__('Looking through all runs…');
  }
  return model.look.state === 'deleted' && model.table.size === 0
    ? trans.__('The bin is empty.')
    : trans.__('No run fits. Change the filter, or choose another experiment.');
}
