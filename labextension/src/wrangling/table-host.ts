import type { IThemeManager } from '@jupyterlab/apputils';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { messageOf } from '../ui';
import type { WrangleGrid } from './grid';

/** Put the grid, which is drawn on a canvas, into an element; its code is fetched when it is first needed. */
export function useGrid(
  host: React.RefObject<HTMLDivElement>,
  themes: IThemeManager | null
): [WrangleGrid | null, string | null] {
  const [grid, setGrid] = React.useState<WrangleGrid | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  React.useEffect(() => {
    let made: WrangleGrid | null = null;
    let closed = false;
    const dress = (): void => made?.dress();
    const size = new ResizeObserver(() => {
      if (made) {
        MessageLoop.sendMessage(made, Widget.ResizeMessage.UnknownSize);
      }
    });
    const build = async (): Promise<void> => {
      const { WrangleGrid } = await import('./grid');
      if (closed || !host.current) {
        return;
      }
      made = new WrangleGrid();
      Widget.attach(made, host.current);
      size.observe(host.current);
      themes?.themeChanged.connect(dress);
      made.dress();
      setGrid(made);
    };
    build().catch(error => setProblem(messageOf(error)));
    return () => {
      closed = true;
      size.disconnect();
      themes?.themeChanged.disconnect(dress);
      made?.dispose();
    };
  }, [host, themes]);
  return [grid, problem];
}
