import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IChartLook } from './lines';

const STRONGEST = 0.95;

export interface ILookProps {
  look: IChartLook;
  onChange: (look: IChartLook) => void;
  trans: TranslationBundle;
}

/** Says how the charts below it are drawn. */
export function LookBar({ look, onChange, trans }: ILookProps): React.JSX.Element {
  return (
    <div className="jp-mlstudio-LookBar" role="group" aria-label={trans.__('Look of the charts')}>
      <label>
        <input
          type="checkbox"
          checked={look.logarithmic}
          onChange={event => onChange({ ...look, logarithmic: event.target.checked })}
        />
        {trans.__('Log scale')}
      </label>
      <label>
        {trans.__('Smoothing')}
        <input
          type="range"
          min={0}
          max={STRONGEST}
          step={0.05}
          value={look.smoothing}
          onChange={event => onChange({ ...look, smoothing: Number(event.target.value) })}
        />
      </label>
    </div>
  );
}

/** What charts look like before anybody has changed it. */
export const PLAIN: IChartLook = { logarithmic: false, smoothing: 0 };

/** Follow the theme: the answer is another one when the colours are others. */
export function useTheme(): string {
  const read = (): string => document.body.dataset['jpThemeName'] ?? '';
  const [theme, setTheme] = React.useState(read);
  React.useEffect(() => {
    const observer = new MutationObserver(() => setTheme(read));
    observer.observe(document.body, { attributes: true, attributeFilter: ['data-jp-theme-name'] });
    return () => observer.disconnect();
  }, []);
  return theme;
}
