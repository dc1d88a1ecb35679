import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import {
  ago,
  Button,
  exactTime,
  Failure,
  List,
  ListHead,
  ListOpener,
  Loading,
  StateMark
} from '../ui';
import type { RunsModel, StateFilter } from './model';
import { Start } from './start';
import type { IRow } from './store';
import { written } from './table';
import { stateLabel } from './words';

const SHOWN = 100;

/** What the list asks of the application. */
export interface IListActions {
  open: (id: string) => void;
  openAll: () => void;
  track: () => void;
  /** Puts the code into the notebook in front; null if there is none. */
  readonly insert: (() => void) | null;
}

/** The newest runs, in the sidebar. */
export class RunsPanel extends VDomRenderer<RunsModel> {
  constructor(
    model: RunsModel,
    private readonly _actions: IListActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-RunsPanel');
    this.title.label = _trans.__('Runs');
  }

  protected override onAfterShow(): void {
    void this.model.source.catchUp();
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    const { source } = model;
    if (!source.loaded) {
      return <Loading label={trans.__('Loading the runs')} />;
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
    if (source.rows.length === 0) {
      return <Start trans={trans} insert={actions.insert} />;
    }
    return (
      <>
        <Head model={model} actions={actions} trans={trans} />
        <Rows model={model} actions={actions} trans={trans} />
      </>
    );
  }
}

interface IPartProps {
  model: RunsModel;
  actions: IListActions;
  trans: TranslationBundle;
}

function Head({ model, actions, trans }: IPartProps): React.JSX.Element {
  return (
    <ListHead<StateFilter>
      label={trans.__('Search runs')}
      value={model.search}
      onChange={search => {
        model.search = search;
      }}
      action={
        <Button primary onClick={actions.track}>
          {trans.__('Track…')}
        </Button>
      }
      chips={{
        label: trans.__('Show'),
        value: model.state,
        onChange: state => {
          model.state = state;
        },
        options: [
          { value: 'all', label: trans.__('All') },
          { value: 'running', label: trans.__('Running') },
          { value: 'finished', label: trans.__('Finished') },
          { value: 'failed', label: trans.__('Failed') }
        ]
      }}
    />
  );
}

function Rows({ model, actions, trans }: IPartProps): React.JSX.Element {
  const { shown } = model;
  if (shown.length === 0) {
    return <p className="jp-mlstudio-Hint">{trans.__('No run fits the search.')}</p>;
  }
  const metric = model.columns.find(({ kind }) => kind === 'metric');
  return (
    <>
      <List label={trans.__('Runs')}>
        {shown.slice(0, SHOWN).map(row => (
          <RunItem
            key={row.run.id}
            row={row}
            trans={trans}
            open={actions.open}
            metric={metric?.key}
          />
        ))}
      </List>
      <button type="button" className="jp-mlstudio-RunsPanel-all" onClick={actions.openAll}>
        {trans.__('Compare all %1 runs', model.source.total.toLocaleString())}
      </button>
    </>
  );
}

interface IRunItemProps {
  row: IRow;
  trans: TranslationBundle;
  open: (id: string) => void;
  /** The key of a metric that most runs have. */
  metric: string | undefined;
}

function RunItem({ row, trans, open, metric }: IRunItemProps): React.JSX.Element {
  const { run } = row;
  const [key, value] = shownMetric(row, metric);
  return (
    <li className="jp-mlstudio-RunItem">
      <ListOpener title={`${run.name} · ${run.experiment}`} onOpen={() => open(run.id)}>
        <StateMark state={run.state} label={stateLabel(run.state, trans)} />
        <strong>{run.name}</strong>
        <span className="jp-mlstudio-RunItem-value">
          {value === undefined ? '' : written(value)}
        </span>
        <small>
          <time title={exactTime(run.started_at)}>{ago(run.started_at)}</time> · {run.experiment}
        </small>
        <small title={key}>{key}</small>
      </ListOpener>
    </li>
  );
}

/** Choose the metric to show beside a run: the one that others have too, else its first. */
function shownMetric(
  { values }: IRow,
  common: string | undefined
): [string, IRow['values'][string] | undefined] {
  const isThere = common !== undefined && values[common] !== undefined;
  const key = isThere ? common : Object.keys(values).find(name => name.startsWith('metric:'));
  return key === undefined ? ['', undefined] : [key.slice('metric:'.length), values[key]];
}
