import { checkIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Schemas } from '../api';
import { duration } from '../ui';
import type { IOriginProps } from './origin';
import { Now } from './origin-tables';
import { OutputList, type IOutput } from './outputs';
import { Code } from './rendered';

type OriginCell = Schemas['OriginCell'];

const MANY = 40;

/** The executed cells in their order; those that the result depends on are marked. */
export function Cells(props: IOriginProps): React.JSX.Element {
  const { origin, trans } = props;
  const [onlyNeeded, setOnly] = React.useState(false);
  const [shown, show] = React.useState(MANY);
  const needed = origin.cells.filter(cell => cell.needed);
  const cells = onlyNeeded ? needed : origin.cells;
  return (
    <>
      <label className="jp-mlstudio-Hint">
        <input
          type="checkbox"
          checked={onlyNeeded}
          onChange={event => setOnly(event.target.checked)}
        />{' '}
        {trans.__('Only the %1 that the result depends on', needed.length)}
      </label>
      <ol className="jp-mlstudio-OriginCells">
        {cells.slice(0, shown).map((cell, index) => (
          <Cell key={index} {...props} cell={cell} />
        ))}
      </ol>
      {cells.length > shown ? (
        <button type="button" className="jp-mlstudio-Link" onClick={() => show(shown + MANY)}>
          {trans.__('Show more of %1 cells', cells.length.toLocaleString())}
        </button>
      ) : null}
    </>
  );
}

function Cell(props: IOriginProps & { cell: OriginCell }): React.JSX.Element {
  const { cell, origin, rendermime, trans } = props;
  const language = origin.kind === 'script' ? 'python' : languageOf(cell.source);
  return (
    <li className="jp-mlstudio-OriginCell" data-needed={cell.needed}>
      <span className="jp-mlstudio-OriginCell-number">
        [{cell.number ?? ' '}]
        {cell.needed ? (
          <checkIcon.react
            tag="span"
            elementSize="small"
            title={trans.__('The result depends on it')}
          />
        ) : null}
      </span>
      <div>
        <Code rendermime={rendermime} text={cell.source} language={language} />
        <Marks {...props} />
        {cell.outputs.length > 0 ? (
          <details>
            <summary>
              {trans._n('%1 output', '%1 outputs', cell.outputs.length, cell.outputs.length)}
            </summary>
            <OutputList
              outputs={cell.outputs as readonly IOutput[]}
              rendermime={rendermime}
              trans={trans}
            />
          </details>
        ) : null}
      </div>
    </li>
  );
}

function Marks({ cell, trans }: IOriginProps & { cell: OriginCell }): React.JSX.Element {
  const state = {
    done: '',
    failed: trans.__('failed'),
    running: trans.__('was running'),
    unknown: ''
  }[cell.state];
  return (
    <small className="jp-mlstudio-OriginCell-marks">
      {cell.made_run ? <b>{trans.__('made this run')}</b> : null}
      {cell.needed ? null : <span>{trans.__('not needed')}</span>}
      {state ? <span>{state}</span> : null}
      {cell.seconds === null ? null : <span>{duration(cell.seconds * 1000)}</span>}
      {cell.now === 'changed' || cell.now === 'gone' ? (
        <Now state={cell.now} isStale={cell.needed} trans={trans} />
      ) : null}
    </small>
  );
}

/** Cells that begin with a magic of another language are coloured as that. */
function languageOf(source: string): string {
  const [, magic] = /^%%(\w+)/.exec(source) ?? [];
  return { bash: 'bash', sh: 'bash', sql: 'sql', R: 'r', html: 'html' }[magic ?? ''] ?? 'python';
}
