import * as React from 'react';

import { Button, Failure, duration, number } from '../ui';
import type { IPartProps, IWranglingActions } from './actions';
import { Bias } from './bias';
import { ProgressLine } from './progress';
import { Associations, Power, Relations, Target } from './report-charts';
import { Insights } from './report-insights';
import type { Problem, QualityReport } from './report-model';
import { QuickModel } from './report-quick';
import { figureText } from './report-words';

interface IReportProps extends IPartProps {
  actions: IWranglingActions;
}

/** The quality and insights report, in the place of the table. */
export function ReportView(props: IReportProps): React.JSX.Element {
  const { model, trans } = props;
  const { report } = model.tools;
  const { answer, problem, running } = report.insights;
  React.useEffect(() => {
    if (!answer && !running && !problem) {
      void report.run();
    }
    // Only when the report is opened.
  }, [report]);
  return (
    <section className="jp-mlstudio-Wrangling-report" aria-label={trans.__('Report')}>
      <Head {...props} />
      {running ? (
        <ProgressLine
          model={model}
          trans={trans}
          verb="report.insights"
          label={trans.__('Looking at %1', model.title)}
          onStop={() => void report.stop()}
        />
      ) : null}
      {problem ? (
        <Failure
          message={problem}
          retryLabel={trans.__('Try again')}
          onRetry={() => void report.run()}
        />
      ) : null}
      {answer ? <Body {...props} answer={answer} /> : null}
      {!answer && !running && !problem ? (
        <p className="jp-mlstudio-Hint">{trans.__('Stopped. Press Run to make the report.')}</p>
      ) : null}
    </section>
  );
}

function Head({ model, trans, actions }: IReportProps): React.JSX.Element {
  const { report } = model.tools;
  const { running, answer } = report.insights;
  const id = React.useId();
  return (
    <header>
      <label htmlFor={`${id}target`}>{trans.__('Target')}</label>
      <select
        id={`${id}target`}
        value={report.target ?? ''}
        onChange={event => report.aim(event.target.value || null)}
      >
        <option value="">{trans.__('None')}</option>
        {model.table.columns.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {report.target ? (
        <select
          aria-label={trans.__('Kind of prediction')}
          value={report.problem ?? ''}
          onChange={event => report.aim(report.target, (event.target.value || null) as Problem)}
        >
          <option value="">
            {answer?.problem && !report.problem
              ? trans.__('Judged: %1', problemName(answer.problem, trans))
              : trans.__('Judge by its values')}
          </option>
          {(['binary', 'classes', 'numbers'] as const).map(name => (
            <option key={name} value={name}>
              {problemName(name, trans)}
            </option>
          ))}
        </select>
      ) : null}
      <span>{answer ? origin(answer, trans) : ''}</span>
      {report.stale && !running ? <em>{trans.__('The recipe has changed since.')}</em> : null}
      <Button primary={report.stale} disabled={running} onClick={() => void report.run()}>
        {answer ? trans.__('Run again') : trans.__('Run')}
      </Button>
      <Button disabled={!answer || running} onClick={() => void actions.exportReport(model)}>
        {trans.__('Export…')}
      </Button>
      <Button onClick={() => model.desk.read(false)}>{trans.__('Back to the table')}</Button>
    </header>
  );
}

function Body(props: IReportProps & { answer: QualityReport }): React.JSX.Element {
  const { model, trans, answer } = props;
  const some = { model, trans };
  return (
    <div className="jp-mlstudio-Wrangling-reportBody">
      <dl className="jp-mlstudio-Wrangling-summary">
        {answer.summary.map(figure => (
          <div key={figure.label}>
            <dt>{figure.label}</dt>
            <dd>{figureText(figure)}</dd>
          </div>
        ))}
      </dl>
      <Insights {...some} answer={answer} />
      {answer.model ? <QuickModel {...some} quick={answer.model} /> : null}
      {answer.features.length > 0 ? <Power {...some} answer={answer} /> : null}
      {answer.distribution ? <Target {...some} distribution={answer.distribution} /> : null}
      {answer.relations.length > 0 ? <Relations {...some} relations={answer.relations} /> : null}
      {answer.associations ? <Associations {...some} found={answer.associations} /> : null}
      {model.opening.can('report.bias') ? <Bias {...some} target={answer.target} /> : null}
    </div>
  );
}

function origin(answer: QualityReport, trans: IPartProps['trans']): string {
  const { rows, rows_read: read, seconds } = answer;
  const time = duration(seconds * 1000);
  return read < rows
    ? trans.__('%1 of %2 rows read, in %3', number(read), number(rows), time)
    : trans.__('All %1 rows read, in %2', number(rows), time);
}

function problemName(problem: Problem, trans: IPartProps['trans']): string {
  return {
    binary: trans.__('Two classes'),
    classes: trans.__('Several classes'),
    numbers: trans.__('A number')
  }[problem];
}
