import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Schemas } from '../api';
import { ago, Button, exactTime, Failure, Loading, number, StateMark, TabBar } from '../ui';
import { Alerts } from './alerts';
import { Columns } from './columns';
import { History } from './history';
import type { Monitor, MonitorModel, Report } from './monitor';
import { Quality } from './quality';
import { SettingsForm } from './settings-form';
import { Basis, Start, type IStartActions } from './start';
import { reportLabel } from './words';

/** What the view asks of the application. */
export interface IMonitorActions extends IStartActions {
  openEndpoint: () => void;
  retrain: () => void;
  truth: () => void;
  save: (spec: Schemas['MonitorSpec']) => void;
  see: (alertId: string) => void;
  choose: (reportId: string | null) => void;
  /** Opens the rows that show what was found; null where nothing opens tables. */
  readonly rows: ((column: string | null) => void) | null;
  /** Lists the workflows of the project. */
  workflows: () => Promise<readonly string[]>;
}

/** How the live data of an endpoint differ from those that its model was trained on. */
export class MonitorView extends VDomRenderer<MonitorModel> {
  constructor(
    model: MonitorModel,
    private readonly _actions: IMonitorActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-MonitorView');
  }

  protected render(): React.JSX.Element {
    const { model, _trans: trans } = this;
    if (model.gone) {
      return <Failure message={trans.__('This endpoint was removed. Close this tab.')} />;
    }
    if (model.monitor === null) {
      return model.failure === null ? (
        <Loading label={trans.__('Loading the monitor')} rows={10} />
      ) : (
        <Failure
          message={model.failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    }
    return <Full model={model} monitor={model.monitor} actions={this._actions} trans={trans} />;
  }
}

interface IFullProps {
  model: MonitorModel;
  monitor: Monitor;
  actions: IMonitorActions;
  trans: TranslationBundle;
}

type Part = 'columns' | 'quality' | 'history' | 'settings';

function Full(props: IFullProps): React.JSX.Element {
  const { model, monitor, actions, trans } = props;
  const [part, setPart] = React.useState<Part>('columns');
  return (
    <div className="jp-mlstudio-MonitorView-content">
      <Head {...props} />
      {model.failure === null ? null : <Failure message={model.failure} />}
      <Basis monitor={monitor} actions={actions} trans={trans} />
      <Alerts
        alerts={monitor.alerts}
        onSee={actions.see}
        onChoose={column => {
          setPart('columns');
          model.column = column;
        }}
        trans={trans}
      />
      <TabBar<Part>
        label={trans.__('Parts of the report')}
        value={part}
        onChange={setPart}
        tabs={[
          { value: 'columns', label: trans.__('Drift') },
          { value: 'quality', label: trans.__('Quality') },
          { value: 'history', label: trans.__('History') },
          { value: 'settings', label: trans.__('Settings') }
        ]}
      />
      <Shown {...props} part={part} onPart={setPart} />
    </div>
  );
}

function Head({ model, monitor, actions, trans }: IFullProps): React.JSX.Element {
  const { report, checking } = model;
  return (
    <header className="jp-mlstudio-Headline">
      <div>
        <h2 title={monitor.endpoint}>{trans.__('Monitoring of %1', monitor.endpoint)}</h2>
        {report ? (
          <StateMark state={report.state} label={reportLabel(report.state, trans)} />
        ) : null}
        {report ? <Checked report={report} trans={trans} /> : null}
        {model.isPast ? (
          <button className="jp-mlstudio-Link" onClick={() => actions.choose(null)}>
            {trans.__('Show the newest check')}
          </button>
        ) : null}
      </div>
      <div className="jp-mlstudio-Headline-actions">
        <Button onClick={actions.openEndpoint}>{trans.__('Endpoint')}</Button>
        {monitor.spec.retrain ? (
          <Button onClick={actions.retrain} title={monitor.spec.retrain.workflow}>
            {trans.__('Retrain')}
          </Button>
        ) : null}
        <Button primary disabled={checking || monitor.captured_rows === 0} onClick={actions.check}>
          {checking ? trans.__('Checking…') : trans.__('Check now')}
        </Button>
      </div>
      {report ? (
        <p className="jp-mlstudio-Headline-message" data-state={report.state} role="status">
          {report.message}
        </p>
      ) : null}
    </header>
  );
}

function Checked({
  report,
  trans
}: {
  report: Report;
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <small title={exactTime(report.at)}>
      {trans.__('%1 rows of %2, %3', number(report.rows), report.label, ago(report.at))}
    </small>
  );
}

interface IShownProps extends IFullProps {
  part: Part;
  onPart: (part: Part) => void;
}

function Shown(props: IShownProps): React.JSX.Element {
  const { model, monitor, actions, trans, part, onPart } = props;
  const { report } = model;
  if (part === 'settings') {
    return <Settings monitor={monitor} actions={actions} trans={trans} />;
  }
  if (part === 'history') {
    const choose = (id: string): void => {
      actions.choose(id);
      onPart('columns');
    };
    return (
      <History reports={model.reports} shown={report?.id ?? null} onChoose={choose} trans={trans} />
    );
  }
  if (report === null || (part === 'columns' && report.columns.length === 0)) {
    return <Start monitor={monitor} checking={model.checking} actions={actions} trans={trans} />;
  }
  if (part === 'quality') {
    return <Quality report={report} onTruth={actions.truth} trans={trans} />;
  }
  return (
    <Columns
      report={report}
      chosen={model.column}
      onChoose={column => {
        model.column = column;
      }}
      onRows={actions.rows}
      trans={trans}
    />
  );
}

function Settings({ monitor, actions, trans }: Omit<IFullProps, 'model'>): React.JSX.Element {
  const [workflows, setWorkflows] = React.useState<readonly string[]>([]);
  React.useEffect(() => {
    let wanted = true;
    actions.workflows().then(
      paths => wanted && setWorkflows(paths),
      () => undefined // the one that is set can still be kept
    );
    return () => {
      wanted = false;
    };
  }, []);
  return (
    <SettingsForm
      key={JSON.stringify(monitor.spec)}
      spec={monitor.spec}
      workflows={workflows}
      onSave={actions.save}
      trans={trans}
    />
  );
}
