import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Chips, CopyButton } from '../ui';
import type { JobModel } from './detail';
import { History } from './history';
import type { HistoryModel } from './history-model';

type Shown = 'output' | 'log' | 'history';

interface IOutputProps {
  model: JobModel;
  history: HistoryModel;
  openJob: (id: string) => void;
  trans: TranslationBundle;
}

/** What a cell prints, as it prints it, or the end of the job's log, or how earlier jobs went. */
export function Output({ model, history, openJob, trans }: IOutputProps): React.JSX.Element {
  const [shown, show] = React.useState<Shown>('output');
  const cell = model.selected;
  const text = shown === 'log' ? model.log : (cell?.output ?? '');
  const output = cell ? trans.__('Output of cell %1', cell.number) : trans.__('Output');
  const labels = { output, log: trans.__('Log'), history: trans.__('History') };
  const choose = (chosen: Shown): void => {
    model.readsLog = chosen === 'log';
    show(chosen);
  };
  return (
    <section className="jp-mlstudio-JobView-output" aria-label={labels[shown]}>
      <div>
        <Chips<Shown>
          label={trans.__('Show')}
          value={shown}
          onChange={choose}
          options={[
            { value: 'output', label: labels.output },
            { value: 'log', label: labels.log },
            ...(model.job?.generated ? [] : [{ value: 'history' as const, label: labels.history }])
          ]}
        />
        {shown === 'history' ? null : (
          <CopyButton text={text} label={trans.__('Copy')} copiedLabel={trans.__('Copied')} />
        )}
      </div>
      {shown === 'history' ? (
        <History
          model={history}
          job={model.id}
          cells={model.cells}
          openJob={openJob}
          trans={trans}
        />
      ) : text === '' ? (
        <p className="jp-mlstudio-Hint">
          {shown === 'log'
            ? trans.__('The log is empty.')
            : trans.__('Nothing has been printed here.')}
        </p>
      ) : (
        <Tail text={text} />
      )}
    </section>
  );
}

/** A text that grows; its end stays in sight unless somebody has scrolled away from it. */
function Tail({ text }: { text: string }): React.JSX.Element {
  const box = React.useRef<HTMLPreElement>(null);
  const follows = React.useRef(true);
  React.useLayoutEffect(() => {
    if (box.current && follows.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [text]);
  const onScroll = ({ currentTarget }: React.UIEvent<HTMLPreElement>): void => {
    const { scrollTop, clientHeight, scrollHeight } = currentTarget;
    follows.current = scrollTop + clientHeight >= scrollHeight - 8;
  };
  return (
    <pre ref={box} tabIndex={0} onScroll={onScroll}>
      {text}
    </pre>
  );
}
