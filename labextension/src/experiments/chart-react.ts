import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import type { ChartModel } from './chart-model';

/** Draw again when something changed; many changes at once make one drawing. */
export function useVersion(source: { readonly changed: ISignal<unknown, void> }): number {
  const [version, setVersion] = React.useState(0);
  React.useEffect(() => {
    const next = (): void => setVersion(before => before + 1);
    source.changed.connect(next);
    return () => {
      source.changed.disconnect(next);
    };
  }, [source]);
  return version;
}

/** Let a chart know whether anybody sees it. */
export function useSeen(place: React.RefObject<Element>, chart: ChartModel): void {
  React.useEffect(() => {
    const observer = new IntersectionObserver(
      entries => {
        chart.isSeen = entries[entries.length - 1]?.isIntersecting ?? false;
      },
      { rootMargin: '200px' }
    );
    observer.observe(place.current as Element);
    return () => {
      observer.disconnect();
      chart.isSeen = false;
    };
  }, [chart]);
}

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
