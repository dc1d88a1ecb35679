import { caretDownEmptyThinIcon } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import * as React from 'react';

import { Button } from '../ui';
import type { IPartProps } from './actions';
import type { Insight, Mend, QualityReport } from './report-model';
import { figureText } from './report-words';

const SHOWN = 6;

/** What is odd about the table, the worst first; each with the steps that mend it. */
export function Insights(props: IPartProps & { answer: QualityReport }): React.JSX.Element {
  const { answer, trans } = props;
  if (answer.insights.length === 0) {
    return (
      <section>
        <h3>{trans.__('Findings')}</h3>
        <p>{trans.__('Nothing odd was found.')}</p>
      </section>
    );
  }
  return (
    <section>
      <h3>{trans._n('%1 finding', '%1 findings', answer.insights.length)}</h3>
      {(['high', 'medium', 'low'] as const).map(severity => {
        const found = answer.insights.filter(insight => insight.severity === severity);
        return found.length > 0 ? (
          <details key={severity} open={severity !== 'low'} data-severity={severity}>
            <summary>{`${severityName(severity, trans)} (${found.length})`}</summary>
            <ul className="jp-mlstudio-Wrangling-insights">
              {found.map(insight => (
                <Finding key={insight.id} {...props} insight={insight} />
              ))}
            </ul>
          </details>
        ) : null;
      })}
    </section>
  );
}

function Finding(props: IPartProps & { insight: Insight }): React.JSX.Element {
  const { model, trans, insight } = props;
  const { report } = model.tools;
  const done = report.isMended(insight);
  return (
    <li data-severity={insight.severity} data-mended={done}>
      <div>
        <strong>{insight.title}</strong>
        <p>{insight.text}</p>
        <p className="jp-mlstudio-Wrangling-facts">
          {insight.figures.map(figure => (
            <span
              key={figure.label}
              className="jp-mlstudio-Badge"
              title={figure.exactness === 'sampled' ? trans.__('From a sample of the rows') : ''}
            >
              {`${figure.label} ${figureText(figure)}`}
            </span>
          ))}
          {insight.examples.slice(0, SHOWN).map(example => (
            <code key={example}>{example}</code>
          ))}
          {insight.columns.slice(0, SHOWN).map(column => (
            <Go key={column} onGo={() => show(props, column)}>
              {column}
            </Go>
          ))}
          {insight.columns.length > SHOWN ? ` + ${insight.columns.length - SHOWN}` : ''}
          {insight.rows.slice(0, SHOWN).map(row => (
            <span key={row}>{trans.__('row %1', row + 1)}</span>
          ))}
        </p>
      </div>
      {done ? <em>{trans.__('Step added')}</em> : <Mends {...props} mends={insight.mends} />}
    </li>
  );
}

function Go(props: { onGo: () => void; children: React.ReactNode }): React.JSX.Element {
  return (
    <button type="button" className="jp-mlstudio-Link" onClick={props.onGo}>
      {props.children}
    </button>
  );
}

function show({ model }: IPartProps, column: string): void {
  model.choose(column);
  model.desk.read(false);
}

function Mends(
  props: IPartProps & { insight: Insight; mends: readonly Mend[] }
): React.JSX.Element | null {
  const { model, trans, insight, mends } = props;
  const [first] = mends;
  if (!first) {
    return null;
  }
  return (
    <div className="jp-mlstudio-Wrangling-mends">
      <Button disabled={model.busy} onClick={() => void model.tools.report.mend(insight, first)}>
        {first.label}
      </Button>
      {mends.length > 1 ? (
        <Button
          aria-label={trans.__('Other ways to mend “%1”', insight.title)}
          aria-haspopup="menu"
          onClick={event => openMends(props, event.currentTarget)}
        >
          <caretDownEmptyThinIcon.react tag="span" width="14px" />
        </Button>
      ) : null}
    </div>
  );
}

function openMends(
  { model, insight, mends }: IPartProps & { insight: Insight; mends: readonly Mend[] },
  button: Element
): void {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  mends.slice(1).forEach((mend, index) => {
    commands.addCommand(String(index), {
      label: mend.label,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => model.tools.report.mend(insight, mend)
    });
    menu.addItem({ command: String(index) });
  });
  menu.aboutToClose.connect(() => setTimeout(() => menu.dispose()));
  const { left, bottom } = button.getBoundingClientRect();
  menu.open(left, bottom);
}

function severityName(severity: Insight['severity'], trans: IPartProps['trans']): string {
  return {
    high: trans.__('Mend first'),
    medium: trans.__('Worth a look'),
    low: trans.__('Good to know')
  }[severity];
}
