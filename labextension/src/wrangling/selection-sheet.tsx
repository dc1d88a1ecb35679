import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button, Failure, duration, number } from '../ui';
import type { IPartProps } from './actions';
import { LyingBar, Plot } from './charts';
import { ProgressLine } from './progress';
import type { FeatureDecision, FeatureSelection } from './selection-model';
import { SheetFrame, type ISheetProps } from './sheets';

/** Choose the columns that help to predict a target, and see why each was kept or left out. */
export function SelectionSheet({ model, trans }: ISheetProps): React.JSX.Element {
  const { selection, report } = model.tools;
  const { answer, problem, running } = selection.found;
  React.useEffect(() => {
    if (!selection.spec.target && report.target) {
      selection.ask({ target: report.target });
    }
  }, [selection, report]);
  return (
    <SheetFrame
      model={model}
      trans={trans}
      title={trans.__('Select features')}
      hint={answer ? summary(answer, trans) : trans.__('Keep the columns that help to predict')}
      head={
        answer && !running ? (
          <Button
            primary={!selection.stale}
            disabled={selection.stale || answer.kept.length === 0}
            title={selection.stale ? trans.__('Run again with the new choice first') : undefined}
            onClick={() => void selection.add()}
          >
            {trans.__('Add step')}
          </Button>
        ) : null
      }
    >
      <Wishes model={model} trans={trans} />
      {running ? (
        <ProgressLine
          model={model}
          trans={trans}
          verb="selection.select"
          label={trans.__('Judging columns')}
          onStop={() => void selection.stop()}
        />
      ) : null}
      {problem ? <Failure message={problem} /> : null}
      {answer ? <Picture model={model} trans={trans} answer={answer} /> : null}
    </SheetFrame>
  );
}

function summary(answer: FeatureSelection, trans: TranslationBundle): string {
  const { kept, items, rows_read: read, seconds } = answer;
  return trans.__(
    '%1 of %2 columns kept; %3 rows read in %4',
    kept.length,
    items.length,
    number(read),
    duration(seconds * 1000)
  );
}

function Wishes({ model, trans }: IPartProps): React.JSX.Element {
  const { selection } = model.tools;
  const { spec, found } = selection;
  return (
    <div className="jp-mlstudio-Wrangling-inputs">
      <label>
        {trans.__('Target')}
        <select
          value={spec.target}
          onChange={event => selection.ask({ target: event.target.value })}
        >
          <option value="">{trans.__('Choose a column')}</option>
          {model.table.columns.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {trans.__('At most')}
        <input
          type="number"
          min={1}
          placeholder={trans.__('all')}
          value={spec.at_most ?? ''}
          onChange={event =>
            selection.ask({ at_most: event.target.value ? Number(event.target.value) : null })
          }
        />
      </label>
      <label title={trans.__('Columns that go together more strongly than this are one cluster.')}>
        {trans.__('Same if correlated above')}
        <input
          type="number"
          min={0.5}
          max={1}
          step={0.05}
          value={spec.correlated ?? 0.9}
          onChange={event => selection.ask({ correlated: Number(event.target.value) || 0.9 })}
        />
      </label>
      <label title={trans.__('Leave columns out one after the other, in cross-validation. Slow.')}>
        <input
          type="checkbox"
          checked={spec.eliminate ?? false}
          onChange={event => selection.ask({ eliminate: event.target.checked })}
        />
        {trans.__('Eliminate step by step')}
      </label>
      <Button
        primary={!found.answer || selection.stale}
        disabled={!spec.target || found.running}
        onClick={() => selection.run()}
      >
        {found.answer ? trans.__('Run again') : trans.__('Run')}
      </Button>
    </div>
  );
}

function Picture(props: IPartProps & { answer: FeatureSelection }): React.JSX.Element {
  const { trans, answer } = props;
  const most = Math.max(...answer.items.map(({ importance }) => importance ?? 0), 1e-9);
  const told = Math.max(...answer.items.map(({ information }) => information ?? 0), 1e-9);
  return (
    <>
      <ul
        className="jp-mlstudio-Wrangling-lying jp-mlstudio-Wrangling-decisions"
        aria-label={trans.__('Columns')}
      >
        {answer.items.map(item => (
          <Decision key={item.column} {...props} item={item} most={most} told={told} />
        ))}
      </ul>
      <p className="jp-mlstudio-Wrangling-caption">
        {trans.__('Bar: importance in the model; mark: what chance reaches; thin: information.')}{' '}
        {answer.method}
      </p>
      {answer.elimination.length > 1 ? (
        <div className="jp-mlstudio-Wrangling-charts">
          <div>
            <h4>{trans.__('%1 by number of columns', answer.metric)}</h4>
            <Plot
              label={trans.__('%1 by number of columns', answer.metric)}
              points={answer.elimination.map(({ columns, score }) => ({ x: columns, y: score }))}
              joined
              x={trans.__('columns')}
              y={answer.metric}
            />
          </div>
        </div>
      ) : null}
    </>
  );
}

interface IDecisionProps extends IPartProps {
  item: FeatureDecision;
  most: number;
  told: number;
}

function Decision({ model, trans, item, most, told }: IDecisionProps): React.JSX.Element {
  const { selection } = model.tools;
  const kept = item.decision === 'kept';
  return (
    <li data-kept={kept} data-like={item.like !== null}>
      <label title={trans.__('Keep whatever it tells')}>
        <input
          type="checkbox"
          aria-label={trans.__('Keep %1', item.column)}
          checked={kept || selection.keeps(item.column)}
          disabled={kept && !selection.keeps(item.column)}
          onChange={event => selection.keep(item.column, event.target.checked)}
        />
      </label>
      <ul>
        <LyingBar
          label={item.column}
          share={(item.importance ?? 0) / most}
          thin={item.information === null ? null : item.information / told}
          tick={item.threshold === null ? null : item.threshold / most}
          text={item.importance === null ? '' : number(item.importance)}
          quiet={!kept}
          title={item.reason}
        />
      </ul>
      <span title={item.reason}>
        <b>{item.decision}</b> {item.reason}
      </span>
    </li>
  );
}
