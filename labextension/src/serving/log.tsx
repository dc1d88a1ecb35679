import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from '../ui';

const NEAR = 8;

export interface ILogProps {
  /** The last lines; null until they have come. */
  lines: readonly string[] | null;
  trans: TranslationBundle;
}

/** The end of what the endpoint printed; it follows new lines unless the user has scrolled up. */
export function Log({ lines, trans }: ILogProps): React.JSX.Element {
  const shown = React.useRef<HTMLPreElement>(null);
  const [follows, setFollows] = React.useState(true);
  const text = lines?.join('\n');
  React.useEffect(() => {
    if (shown.current && follows) {
      shown.current.scrollTop = shown.current.scrollHeight;
    }
  }, [text, follows]);
  return (
    <section className="jp-mlstudio-Log" aria-label={trans.__('Log')}>
      <header>
        <h3>{trans.__('Log')}</h3>
        <label>
          <input
            type="checkbox"
            checked={follows}
            onChange={({ target }) => setFollows(target.checked)}
          />
          {trans.__('Follow')}
        </label>
        {text ? (
          <CopyButton
            text={text}
            label={trans.__('Copy the log')}
            copiedLabel={trans.__('Copied')}
          />
        ) : null}
      </header>
      <pre
        ref={shown}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
          setFollows(scrollTop + clientHeight >= scrollHeight - NEAR);
        }}
      >
        {text || trans.__('Nothing was printed yet.')}
      </pre>
    </section>
  );
}
