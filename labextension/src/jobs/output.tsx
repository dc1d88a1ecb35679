import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Chips, CopyButton } from '../ui';
import type { JobModel } from './detail';

type Shown = 'output' | 'log';

/** What a cell prints, as it prints it, or the end of the job's log. */
export function Output({
  model,
  trans
}: {
  model: JobModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const [shown, show] = React.useState<Shown>('output');
  const cell = model.selected;
  const text = shown === 'log' ? model.log : (cell?.output ?? '');
  const label =
    shown === 'log'
      ? trans.__('Log')
      : cell
        ? trans.__('Output of cell %1', cell.number)
        : trans.__('Output');
  return (
    <section className="jp-mlstudio-JobView-output" aria-label={label}>
      <div>
        <Chips<Shown>
          label={trans.__('Show')}
          value={shown}
          onChange={show}
          options={[
            {
              value: 'output',
              label: cell ? trans.__('Output of cell %1', cell.number) : trans.__('Output')
            },
            { value: 'log', label: trans.__('Log') }
          ]}
        />
        <CopyButton text={text} label={trans.__('Copy')} copiedLabel={trans.__('Copied')} />
      </div>
      {text === '' ? (
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
