import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { CellDiff, duration, Failure, Loading, StateMark } from '../ui';
import type { Comparison, ComparisonModel } from './comparison-model';
import { wordOf } from './words';

type Side = Comparison['one'];

/** What the comparison asks of the application. */
export interface IComparisonActions {
  openJob: (id: string) => void;
  /** Open a file of the project. */
  openFile: (path: string) => void;
}

/** Two executed notebooks, cell by cell: what differs in source and outputs. */
export class ComparisonView extends VDomRenderer<ComparisonModel> {
  constructor(
    model: ComparisonModel,
    private readonly _actions: IComparisonActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-JobView');
    this.addClass('jp-mlstudio-Comparison');
  }

  protected render(): React.JSX.Element {
    const { model, _trans: trans } = this;
    const { comparison, failure } = model;
    if (failure !== null) {
      return (
        <Failure
          message={failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    }
    if (comparison === null) {
      return <Loading label={trans.__('Comparing the notebooks')} />;
    }
    const { items } = comparison;
    const shown = model.onlyChanged ? items.filter(({ kind }) => kind !== 'same') : items;
    return (
      <>
        <Head model={model} comparison={comparison} actions={this._actions} trans={trans} />
        <Parameters comparison={comparison} trans={trans} />
        {shown.length === 0 ? (
          <p className="jp-mlstudio-Hint">
            {trans.__('All cells and their outputs are the same.')}
          </p>
        ) : (
          <ol className="jp-mlstudio-NotebookDiff" aria-label={trans.__('Cells')}>
            {shown.map((cell, index) => (
              <CellDiff key={`${cell.one} ${cell.other} ${index}`} cell={cell} trans={trans} />
            ))}
          </ol>
        )}
      </>
    );
  }
}

interface IHeadProps {
  model: ComparisonModel;
  comparison: Comparison;
  actions: IComparisonActions;
  trans: TranslationBundle;
}

function Head({ model, comparison, actions, trans }: IHeadProps): React.JSX.Element {
  const { one, other, changed, items } = comparison;
  return (
    <header className="jp-mlstudio-JobView-head">
      <div className="jp-mlstudio-Comparison-sides">
        <SideHead sign="−" side={one} actions={actions} trans={trans} />
        <SideHead sign="+" side={other} actions={actions} trans={trans} />
      </div>
      <p>
        <span>{trans.__('%1 of %2 cells differ', changed, items.length)}</span>
        <label>
          <input
            type="checkbox"
            checked={model.onlyChanged}
            onChange={event => {
              model.onlyChanged = event.target.checked;
            }}
          />
          {trans.__('only these')}
        </label>
      </p>
    </header>
  );
}

interface ISideProps {
  sign: string;
  side: Side;
  actions: IComparisonActions;
  trans: TranslationBundle;
}

function SideHead({ sign, side, actions, trans }: ISideProps): React.JSX.Element {
  const { job_id, label, notebook, state, seconds } = side;
  const open = (): void => (job_id ? actions.openJob(job_id) : actions.openFile(notebook));
  return (
    <div data-side={sign === '+' ? 'added' : 'removed'}>
      <b aria-hidden>{sign}</b>
      {state ? <StateMark state={state} label={wordOf(state, trans)} /> : null}
      <button type="button" className="jp-mlstudio-Link" title={notebook} onClick={open}>
        {label}
      </button>
      <span>{seconds === null ? '' : duration(seconds * 1000)}</span>
    </div>
  );
}

function Parameters(props: {
  comparison: Comparison;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { comparison, trans } = props;
  const different = comparison.parameters.filter(({ same }) => !same);
  if (different.length === 0) {
    return null;
  }
  return (
    <table className="jp-mlstudio-Comparison-parameters" aria-label={trans.__('Parameters')}>
      <tbody>
        {different.map(({ name, one, other }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td data-kind="removed">{JSON.stringify(one)}</td>
            <td data-kind="added">{JSON.stringify(other)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
