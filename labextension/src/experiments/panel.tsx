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
import type { IListedRun, PanelModel, StateFilter } from './panel-model';
import { Start } from './start';
import { stateLabel, valueText } from './words';

/** How many runs of the notebook are listed before somebody asks for more. */
const HERE = 8;
const MINUTE = 60_000;

/** What the list asks of the application. */
export interface IListActions {
  open: (id: string) => void;
  openAll: () => void;
  track: () => void;
  /** Compares runs; null where that is switched off. */
  readonly compare: ((ids: readonly string[]) => void) | null;
  /** Puts the code into the notebook in front; null if there is none. */
  readonly insert: (() => void) | null;
}

/** The runs of the notebook in front and the newest of all, in the sidebar. */
export class RunsPanel extends VDomRenderer<PanelModel> {
  constructor(
    model: PanelModel,
    private readonly _actions: IListActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-RunsPanel');
    this.title.label = _trans.__('Runs');
  }

  override dispose(): void {
    clearInterval(this._clock);
    super.dispose();
  }

  protected override onAfterShow(): void {
    this._clock ??= setInterval(() => this.isVisible && this.update(), MINUTE);
    void this.model.catchUp();
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    if (!model.loaded) {
      return <Loading label={trans.__('Loading the runs')} />;
    }
    if (model.failure !== null && model.all.length === 0) {
      return (
        <Failure
          message={model.failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    }
    if (model.isEmpty) {
      return <Start trans={trans} insert={actions.insert} />;
    }
    return (
      <>
        <Head model={model} actions={actions} trans={trans} />
        <Here model={model} actions={actions} trans={trans} />
        <All model={model} actions={actions} trans={trans} />
      </>
    );
  }

  private _clock: ReturnType<typeof setInterval> | undefined;
}

interface IPartProps {
  model: PanelModel;
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
    >
      <CompareBar model={model} actions={actions} trans={trans} />
    </ListHead>
  );
}

/** What can be done with the ticked runs; there from the first one on. */
function CompareBar({ model, actions, trans }: IPartProps): React.JSX.Element | null {
  const { ticked } = model;
  const { compare } = actions;
  if (ticked.length === 0 || compare === null) {
    return null;
  }
  return (
    <div
      className="jp-mlstudio-RunsPanel-compare"
      role="toolbar"
      aria-label={trans.__('Ticked runs')}
    >
      <Button disabled={ticked.length < 2} onClick={() => compare(ticked)}>
        {ticked.length < 2
          ? trans.__('Tick another to compare')
          : trans.__('Compare %1', ticked.length)}
      </Button>
      <Button onClick={() => model.untick()}>{trans.__('Clear')}</Button>
    </div>
  );
}

/** The runs of the notebook in front. */
function Here(props: IPartProps): React.JSX.Element | null {
  const { model, trans } = props;
  const { notebook, here, hereTotal } = model;
  const [isWhole, showWhole] = React.useState(false);
  if (notebook === null || hereTotal === null) {
    return null;
  }
  const name = notebook.split('/').pop() ?? notebook;
  const shown = isWhole ? here : here.slice(0, HERE);
  return (
    <section aria-label={trans.__('Runs of this notebook')}>
      <h3 title={notebook}>
        {name} <small>{hereTotal.toLocaleString()}</small>
      </h3>
      {here.length === 0 ? (
        <p className="jp-mlstudio-Hint">
          {hereTotal === 0
            ? trans.__('No run yet from this notebook.')
            : trans.__('None of its runs fits the search.')}
        </p>
      ) : (
        <Rows {...props} runs={shown} label={trans.__('Runs of this notebook')} />
      )}
      {here.length > shown.length ? (
        <button type="button" className="jp-mlstudio-RunsPanel-all" onClick={() => showWhole(true)}>
          {trans.__('Show all %1', here.length.toLocaleString())}
        </button>
      ) : null}
    </section>
  );
}

/** The newest runs of the project. */
function All(props: IPartProps): React.JSX.Element {
  const { model, actions, trans } = props;
  return (
    <section aria-label={trans.__('All runs')}>
      <h3>
        {trans.__('All runs')} <small>{model.total.toLocaleString()}</small>
      </h3>
      {model.all.length === 0 ? (
        <p className="jp-mlstudio-Hint">{trans.__('No run fits the search.')}</p>
      ) : (
        <Rows {...props} runs={model.all} label={trans.__('Runs')} />
      )}
      <button type="button" className="jp-mlstudio-RunsPanel-all" onClick={actions.openAll}>
        {trans.__('Open the table of all runs')}
      </button>
    </section>
  );
}

function Rows(
  props: IPartProps & { runs: readonly IListedRun[]; label: string }
): React.JSX.Element {
  return (
    <List label={props.label}>
      {props.runs.map(run => (
        <RunItem key={run.id} {...props} run={run} />
      ))}
    </List>
  );
}

function RunItem({
  model,
  actions,
  trans,
  run
}: IPartProps & { run: IListedRun }): React.JSX.Element {
  const isStale = run.stale.length > 0;
  return (
    <li className="jp-mlstudio-RunItem">
      {actions.compare ? (
        <input
          type="checkbox"
          aria-label={trans.__('Tick %1', run.name)}
          checked={model.ticked.includes(run.id)}
          onChange={() => model.tick(run.id)}
        />
      ) : null}
      <ListOpener title={`${run.name} · ${run.experiment}`} onOpen={() => actions.open(run.id)}>
        <StateMark state={run.state} label={stateLabel(run.state, trans)} />
        <strong>{run.name}</strong>
        <span className="jp-mlstudio-RunItem-value">
          {run.metric === null ? '' : valueText(run.value)}
        </span>
        <small>
          <time title={exactTime(run.at)}>{ago(run.at)}</time> · {run.experiment}
        </small>
        {isStale ? (
          <small className="jp-mlstudio-StaleMark" title={run.stale.join('\n')}>
            {trans.__('stale')}
          </small>
        ) : (
          <small title={run.metric ?? undefined}>{run.metric}</small>
        )}
      </ListOpener>
    </li>
  );
}
