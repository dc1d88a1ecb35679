import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Empty, Loading } from '../ui';
import type { BoardModel } from './chart-board-model';
import { ChartCard } from './chart-card';
import { Menu } from './chart-menu';
import { useVersion } from './chart-react';
import { kindName, KINDS, type ChartSpec } from './chart-spec';
import { overWords } from './chart-words';
import type { By } from './plot-curves-shape';

const COLUMN = 330;

export interface IBoardProps {
  board: BoardModel;
  /** What puts a chart into the notebook in front; it gives null if there is none. */
  inserting: () => ((spec: ChartSpec) => void) | null;
  trans: TranslationBundle;
}

/** A board of charts: add, set, move and remove them. */
export function ChartBoard({ board, inserting, trans }: IBoardProps): React.JSX.Element {
  useVersion(board);
  useVersion(board.runs);
  const [place, columns] = useColumns();
  const [added, setAdded] = React.useState<number | null>(null);
  return (
    <>
      <Bar board={board} trans={trans} onAdded={setAdded} />
      <div className="jp-mlstudio-ChartBoard" ref={place}>
        {board.charts.length > 0 ? (
          <div style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
            {board.charts.map(placed => (
              <ChartCard
                key={placed.key}
                isNew={placed.key === added}
                {...{ board, placed, columns, inserting, trans }}
              />
            ))}
          </div>
        ) : (
          <Nothing board={board} trans={trans} />
        )}
      </div>
    </>
  );
}

function Bar({
  board,
  trans,
  onAdded
}: {
  board: BoardModel;
  trans: TranslationBundle;
  onAdded: (key: number) => void;
}): React.JSX.Element {
  const curves = board.charts.filter(({ chart }) => chart.spec.kind === 'curves');
  const first = curves[0]?.chart.spec;
  const all = (change: Partial<ChartSpec>): void =>
    curves.forEach(({ key }) => board.change(key, change));
  return (
    <div className="jp-mlstudio-ChartBar" role="toolbar" aria-label={trans.__('Charts')}>
      <Menu
        label={trans.__('Add a chart')}
        items={KINDS.map(kind => ({
          label: kindName(kind, trans),
          act: () => onAdded(board.add(kind))
        }))}
      >
        {trans.__('Add Chart')} ▾
      </Menu>
      {first ? (
        <>
          <label>
            {trans.__('Over')}
            <select
              value={first.by ?? 'step'}
              onChange={event => all({ by: event.target.value as By })}
            >
              {overWords(trans).map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <label>
            {trans.__('Smoothing')}
            <input
              type="range"
              min={0}
              max={0.99}
              step={0.01}
              value={first.smoothing ?? 0}
              onChange={event => all({ smoothing: Number(event.target.value) })}
            />
          </label>
          <label>
            <input
              type="checkbox"
              checked={first.log_y ?? false}
              onChange={event => all({ log_y: event.target.checked })}
            />
            {trans.__('Log scale')}
          </label>
        </>
      ) : null}
      <span />
      {board.specs ? (
        <button
          type="button"
          className="jp-mlstudio-Link"
          onClick={() => {
            board.specs = null;
          }}
        >
          {trans.__('Suggested charts')}
        </button>
      ) : null}
    </div>
  );
}

function Nothing({
  board,
  trans
}: {
  board: BoardModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  if (board.runs.all.length > 0 && !board.isReady) {
    return <Loading label={trans.__('Loading the charts')} rows={8} />;
  }
  return board.runs.all.length === 0 ? (
    <Empty title={trans.__('Charts')}>
      {trans.__(
        'Charts of the runs in the table appear here: curves while they are logged, and what params do to metrics.'
      )}
    </Empty>
  ) : (
    <Empty title={trans.__('No charts')}>
      {trans.__('Add one above. Runs with metrics have charts to begin with.')}
    </Empty>
  );
}

/** How many columns have room. */
function useColumns(): [React.RefObject<HTMLDivElement>, number] {
  const place = React.useRef<HTMLDivElement>(null);
  const [columns, setColumns] = React.useState(1);
  React.useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? 0;
      if (width > 0) {
        setColumns(Math.max(1, Math.min(6, Math.floor(width / COLUMN))));
      }
    });
    observer.observe(place.current as HTMLDivElement);
    return () => observer.disconnect();
  }, []);
  return [place, columns];
}
