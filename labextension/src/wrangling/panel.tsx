import { Notification, type IThemeManager } from '@jupyterlab/apputils';
import { nullTranslator, type ITranslator, type TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, Failure, Loading } from '../ui';
import type { IPartProps, IWranglingActions } from './actions';
import { Bar } from './bar';
import { ColumnPane } from './column';
import { LeakWarning } from './leaks';
import type { WrangleModel } from './model';
import { Notes } from './notes';
import { ReportView } from './report';
import { Sheets } from './sheets';
import { Side } from './side';
import { SourceRescue } from './source-sheet';
import { StepForm } from './step-form';
import { TableView } from './table-view';

export interface IPanelOptions {
  model: WrangleModel;
  actions: IWranglingActions;
  themes: IThemeManager | null;
  translator: ITranslator | null;
}

/** The view of a table and the recipe that changes it. */
export class WranglePanel extends ReactWidget {
  constructor(private readonly _options: IPanelOptions) {
    super();
    this.addClass('jp-mlstudio-Wrangling');
    this.node.tabIndex = -1;
    this._translator = _options.translator ?? nullTranslator;
    this._trans = this._translator.load('jupyter_mlstudio');
    _options.model.failed.connect((_, message) => void Notification.error(message));
  }

  get model(): WrangleModel {
    return this._options.model;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      super.dispose();
      this.model.dispose();
    }
  }

  protected override render(): React.JSX.Element {
    return <View {...this._options} translator={this._translator} trans={this._trans} />;
  }

  private readonly _translator: ITranslator;
  private readonly _trans: TranslationBundle;
}

interface IViewProps extends IPanelOptions {
  translator: ITranslator;
  trans: TranslationBundle;
}

/** The whole view, whatever the model is at. */
export function View(props: IViewProps): React.JSX.Element {
  const { model, trans, actions } = props;
  useChanges(model);
  const running = model.isReady;
  return (
    <div
      className="jp-mlstudio-Wrangling-view"
      data-phase={model.opening.phase}
      data-busy={model.busy}
      data-steps={model.steps.length}
      onKeyDown={event => undoKeys(event, model)}
    >
      <Bar model={model} trans={trans} actions={actions} />
      <LeakWarning model={model} trans={trans} />
      <Notes model={model} trans={trans} />
      <div className="jp-mlstudio-Wrangling-main">
        <Side model={model} trans={trans} actions={actions} translator={props.translator} />
        <div className="jp-mlstudio-Wrangling-middle">
          {running ? <Work {...props} /> : <Standstill model={model} trans={trans} />}
        </div>
        {running && !model.desk.reads ? <ColumnPane model={model} trans={trans} /> : null}
      </div>
    </div>
  );
}

function Work({ model, trans, actions, themes, translator }: IViewProps): React.JSX.Element {
  if (model.desk.reads) {
    return <ReportView model={model} trans={trans} actions={actions} />;
  }
  return (
    <>
      <TableView model={model} trans={trans} themes={themes} />
      {model.draft ? (
        <StepForm
          model={model}
          draft={model.draft}
          trans={trans}
          actions={actions}
          translator={translator}
        />
      ) : (
        <Sheets model={model} trans={trans} actions={actions} translator={translator} />
      )}
    </>
  );
}

/** What stands in the place of the table while there is none, and why. */
function Standstill({ model, trans }: IPartProps): React.JSX.Element {
  const { phase, problem, canRestart } = model.opening;
  const starting = canRestart
    ? trans.__('Starting a kernel…')
    : trans.__('Connecting to the kernel…');
  if (phase === 'starting' || phase === 'reading') {
    return (
      <div className="jp-mlstudio-Wrangling-wait">
        <p>{phase === 'starting' ? starting : trans.__('Reading %1…', model.title)}</p>
        <Loading label={trans.__('Loading')} rows={12} />
      </div>
    );
  }
  if (problem?.reason === 'not_installed') {
    return <NotInstalled model={model} trans={trans} />;
  }
  const ended = phase === 'ended';
  const restarts = ended && canRestart;
  const kept = ended ? trans.__('The recipe is kept.') : '';
  return (
    <div className="jp-mlstudio-Wrangling-problem">
      <Failure
        message={`${problem?.message ?? ''} ${kept}`.trim()}
        retryLabel={restarts ? trans.__('Restart kernel') : trans.__('Try again')}
        onRetry={() => void (restarts ? model.restart() : model.open())}
      />
      <Rescue model={model} trans={trans} />
    </div>
  );
}

/** What may help to open a source that could not be read: other options, or a password. */
function Rescue({ model, trans }: IPartProps): React.JSX.Element | null {
  const { source, phase, problem } = model.opening;
  if (phase !== 'failed' || problem?.reason === 'not_found' || !model.opening.session) {
    return null;
  }
  if (source?.kind === 'file' && model.opening.can('sources.inspect')) {
    return <SourceRescue model={model} trans={trans} />;
  }
  return source?.kind === 'database' ? <Password model={model} trans={trans} /> : null;
}

function Password({ model, trans }: IPartProps): React.JSX.Element {
  return (
    <form
      className="jp-mlstudio-Wrangling-inputs jp-mlstudio-Wrangling-sheet"
      onSubmit={event => {
        event.preventDefault();
        void model.open();
      }}
    >
      <label>
        {trans.__('Password')}
        <input
          type="password"
          autoComplete="off"
          onChange={event => (model.opening.password = event.target.value)}
        />
      </label>
      <Button type="submit" primary>
        {trans.__('Connect')}
      </Button>
    </form>
  );
}

const INSTALL = '%pip install jupyter-mlstudio';

function NotInstalled({ model, trans }: IPartProps): React.JSX.Element {
  return (
    <div className="jp-mlstudio-Wrangling-problem" role="alert">
      <h3>{trans.__('This kernel cannot wrangle yet')}</h3>
      <p>
        {trans.__(
          'Its Python environment lacks jupyter-mlstudio. Run this in a cell of the notebook, then restart the kernel:'
        )}
      </p>
      <pre>{INSTALL}</pre>
      <Button primary onClick={() => void model.open()}>
        {trans.__('Try again')}
      </Button>
    </div>
  );
}

function undoKeys(event: React.KeyboardEvent, model: WrangleModel): void {
  const typing =
    event.target instanceof HTMLElement &&
    event.target.matches('input:not([type=checkbox]), textarea, select');
  if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  void (event.shiftKey ? model.redo() : model.undo());
}

function useChanges(model: WrangleModel): void {
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    model.changed.connect(redraw);
    return () => {
      model.changed.disconnect(redraw);
    };
  }, [model]);
}
