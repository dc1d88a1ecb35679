import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CellDiff, percent } from '../ui';
import type { ComparedPair } from './compare-model';
import type { ICompareProps } from './compare-view';

const CELLS = 60;

/** What is compared two by two: the data column by column, the recipe, the cells. */
export function PairSections({ model, trans }: ICompareProps): React.JSX.Element | null {
  const { pair } = model;
  if (pair === null) {
    return null;
  }
  return (
    <>
      <Columns pair={pair} trans={trans} />
      <Recipe pair={pair} onlyDifferences={model.onlyDifferences} trans={trans} />
      <Cells pair={pair} onlyDifferences={model.onlyDifferences} trans={trans} />
    </>
  );
}

interface IPairProps {
  pair: ComparedPair;
  trans: TranslationBundle;
}

function Columns({ pair, trans }: IPairProps): React.JSX.Element {
  return (
    <section data-section="columns">
      <h3>{trans.__('Columns of the data')}</h3>
      {pair.columns.length === 0 ? (
        <p className="jp-mlstudio-Hint">
          {pair.columns_note || trans.__('The columns have the same types and profiles.')}
        </p>
      ) : (
        <table className="jp-mlstudio-Compare-columns">
          <tbody>
            {pair.columns.map(({ name, sentence, weight, kind }) => (
              <tr key={name} data-kind={kind}>
                <th scope="row">{name}</th>
                <td>
                  <meter min={0} max={1} value={weight} aria-label={percent(weight)} />
                </td>
                <td>{sentence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const SIGNS = { same: ' ', changed: '±', added: '+', removed: '−' };

function Recipe(props: IPairProps & { onlyDifferences: boolean }): React.JSX.Element | null {
  const { pair, onlyDifferences, trans } = props;
  const steps = pair.recipe.filter(({ kind }) => !onlyDifferences || kind !== 'same');
  if (pair.recipe.length === 0) {
    return null;
  }
  return (
    <section data-section="recipe">
      <h3>{trans.__('Recipe')}</h3>
      {steps.length === 0 ? (
        <p className="jp-mlstudio-Hint">{trans.__('The steps are the same.')}</p>
      ) : (
        <ol className="jp-mlstudio-Compare-steps">
          {steps.map(({ kind, one, other, text, before }) => (
            <li key={`${one} ${other}`} data-kind={kind}>
              <b aria-label={kind}>{SIGNS[kind]}</b> <span>{other ?? one}</span>{' '}
              {before === null ? null : (
                <>
                  <del>{before}</del> →{' '}
                </>
              )}
              <code>{text}</code>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Cells(props: IPairProps & { onlyDifferences: boolean }): React.JSX.Element {
  const { pair, onlyDifferences, trans } = props;
  const [all, setAll] = React.useState(false);
  const wanted = pair.cells.filter(({ kind }) => !onlyDifferences || kind !== 'same');
  const shown = all ? wanted : wanted.slice(0, CELLS);
  const words =
    pair.cells_note ||
    (wanted.length === 0 ? trans.__('All cells and their outputs are the same.') : '');
  return (
    <section data-section="notebook">
      <h3>
        {trans.__('Notebook')}{' '}
        <small>
          {pair.cells.length > 0
            ? trans.__(
                '%1 of %2 cells differ',
                pair.cells.filter(({ kind }) => kind !== 'same').length,
                pair.cells.length
              )
            : ''}
        </small>
      </h3>
      {words ? <p className="jp-mlstudio-Hint">{words}</p> : null}
      <ol className="jp-mlstudio-NotebookDiff" aria-label={trans.__('Cells')}>
        {shown.map((cell, index) => (
          <CellDiff key={`${cell.one} ${cell.other} ${index}`} cell={cell} trans={trans} />
        ))}
      </ol>
      {wanted.length > shown.length ? (
        <button type="button" className="jp-mlstudio-Link" onClick={() => setAll(true)}>
          {trans.__('Show %1 more cells', wanted.length - shown.length)}
        </button>
      ) : null}
    </section>
  );
}
