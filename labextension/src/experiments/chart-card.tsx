import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, ellipsesIcon, settingsIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../ui';
import { ChartBody } from './chart-body';
import type { BoardModel, IPlaced } from './chart-board-model';
import { ChartConfig } from './chart-config';
import { Menu, type IMenuItem } from './chart-menu';
import { copyPicture, download, type Form } from './chart-picture';
import { useSeen, useVersion } from './chart-react';
import { useResize } from './chart-resize';
import { heading, type ChartSpec } from './chart-spec';
import type { IPlot } from './plot';

export interface ICardProps {
  board: BoardModel;
  placed: IPlaced;
  /** How many columns the board has. */
  columns: number;
  /** Whether it begins with its settings open. */
  isNew: boolean;
  /** Puts the chart into the notebook in front; null if there is none. */
  inserting: () => ((spec: ChartSpec) => void) | null;
  trans: TranslationBundle;
}

/** A chart on the board, with what can be done to it. */
export function ChartCard(props: ICardProps): React.JSX.Element {
  const { board, placed, columns, trans } = props;
  const { chart, key } = placed;
  const place = React.useRef<HTMLElement>(null);
  const plot = React.useRef<IPlot | null>(null);
  const [isOpen, setOpen] = React.useState(props.isNew);
  const version = useVersion(chart);
  useSeen(place, chart);
  const { spec, runs } = chart;
  const resize = useResize(place, board, placed, columns);
  const title = heading(spec, runs, trans);
  const drop = dropOf(board, key);
  return (
    <section
      ref={place}
      className="jp-mlstudio-ChartCard"
      aria-label={title}
      aria-busy={chart.isBusy}
      style={{ gridColumn: `span ${Math.min(spec.wide ?? 1, columns)}`, height: spec.tall ?? 260 }}
      onDragOver={drop.over}
      onDrop={drop.drop}
    >
      <header draggable onDragStart={drop.start} title={trans.__('Drag to move')}>
        <h4>{title}</h4>
        <IconButton
          label={trans.__('Settings of the chart')}
          aria-pressed={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <settingsIcon.react tag="span" width="14px" />
        </IconButton>
        <IconButton label={trans.__('Full screen')} onClick={() => fullScreen(place.current)}>
          <FullScreen />
        </IconButton>
        <Menu label={trans.__('More about the chart')} items={itemsOf(props, title, plot)}>
          <ellipsesIcon.react tag="span" width="14px" />
        </Menu>
        <IconButton label={trans.__('Remove the chart')} onClick={() => board.remove(key)}>
          <closeIcon.react tag="span" width="14px" />
        </IconButton>
      </header>
      {isOpen ? (
        <ChartConfig
          model={chart}
          trans={trans}
          change={change => board.change(key, change)}
          close={() => setOpen(false)}
        />
      ) : null}
      <div className="jp-mlstudio-ChartCard-body">
        <ChartBody
          model={chart}
          label={title}
          trans={trans}
          version={version}
          onPlot={made => {
            plot.current = made;
          }}
        />
      </div>
      <div className="jp-mlstudio-ChartCard-corner" aria-hidden onPointerDown={resize} />
    </section>
  );
}

function itemsOf(
  { board, placed, inserting, trans }: ICardProps,
  title: string,
  plot: React.RefObject<IPlot | null>
): IMenuItem[] {
  const { chart, key } = placed;
  const insert = inserting();
  const save = (form: Form): void => void download(form, chart, plot.current, title);
  const isDrawn = chart.content !== null;
  const isPlot = isDrawn && chart.content?.kind !== 'images' && chart.content?.kind !== 'table';
  const place = board.charts.indexOf(placed);
  return [
    {
      label: trans.__('Put into the Notebook'),
      act: () => insert?.(chart.portable),
      isDisabled: insert === null
    },
    {
      label: trans.__('Copy as Picture'),
      act: () => void copyPicture(plot.current, trans),
      isApart: true,
      isDisabled: !isPlot
    },
    { label: trans.__('Download PNG'), act: () => save('png'), isDisabled: !isPlot },
    { label: trans.__('Download SVG'), act: () => save('svg'), isDisabled: !isDrawn },
    {
      label: trans.__('Download CSV'),
      act: () => save('csv'),
      isDisabled: !isDrawn
    },
    { label: trans.__('Duplicate'), act: () => board.copy(key), isApart: true },
    {
      label: trans.__('Move Forward'),
      act: () => board.shift(key, -1),
      isDisabled: place <= 0
    },
    {
      label: trans.__('Move Back'),
      act: () => board.shift(key, 1),
      isDisabled: place === board.charts.length - 1
    },
    {
      label: trans.__('Wider'),
      act: () => board.change(key, { wide: Math.min(3, (chart.spec.wide ?? 1) + 1) }),
      isDisabled: (chart.spec.wide ?? 1) >= 3
    },
    {
      label: trans.__('Narrower'),
      act: () => board.change(key, { wide: Math.max(1, (chart.spec.wide ?? 1) - 1) }),
      isDisabled: (chart.spec.wide ?? 1) <= 1
    }
  ];
}

const CARRIED = 'application/x-mlstudio-chart';

function dropOf(
  board: BoardModel,
  key: number
): {
  start: React.DragEventHandler;
  over: React.DragEventHandler;
  drop: React.DragEventHandler;
} {
  return {
    start: event => {
      event.dataTransfer.setData(CARRIED, String(key));
      event.dataTransfer.effectAllowed = 'move';
    },
    over: event => {
      if (event.dataTransfer.types.includes(CARRIED)) {
        event.preventDefault();
      }
    },
    drop: event => {
      const carried = event.dataTransfer.getData(CARRIED);
      if (carried !== '') {
        event.preventDefault();
        board.move(Number(carried), key);
      }
    }
  };
}

function fullScreen(place: HTMLElement | null): void {
  if (document.fullscreenElement) {
    void document.exitFullscreen();
  } else {
    void place?.requestFullscreen();
  }
}

function FullScreen(): React.JSX.Element {
  return (
    <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden>
      <path
        className="jp-icon3"
        fill="#616161"
        d="M2 2h5v1.5H3.5V7H2zm7 0h5v5h-1.5V3.5H9zM2 9h1.5v3.5H7V14H2zm10.5 0H14v5H9v-1.5h3.5z"
      />
    </svg>
  );
}
