import * as React from 'react';

import type { Schemas } from '../api';
import { number, percent } from '../ui';
import type { IPartProps } from './actions';
import { LyingBars, Matrix, Plot, StandingBars } from './charts';

interface IQuickProps extends IPartProps {
  quick: Schemas['QuickModel'];
}

const LISTED = 12;

/** How well a quickly trained model does, and what it leans on. */
export function QuickModel({ trans, quick }: IQuickProps): React.JSX.Element {
  const most = Math.max(...quick.importances.map(({ importance }) => importance), 1e-9);
  return (
    <section>
      <h3>{trans.__('Quick model')}</h3>
      <p>{quick.verdict}</p>
      <dl className="jp-mlstudio-Wrangling-summary">
        {quick.scores.map(({ name, value, baseline }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {number(value)}
              {baseline === null ? null : (
                <small>{trans.__('guessing: %1', number(baseline))}</small>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <div className="jp-mlstudio-Wrangling-charts">
        {quick.confusion ? <ConfusionTable trans={trans} found={quick.confusion} /> : null}
        {quick.roc ? (
          <div>
            <h4>{trans.__('ROC curve')}</h4>
            <Plot
              label={trans.__('ROC curve')}
              points={quick.roc}
              joined
              diagonal
              x={trans.__('false positives')}
              y={trans.__('true positives')}
            />
          </div>
        ) : null}
        {quick.predicted ? (
          <div>
            <h4>{trans.__('Predicted and true values')}</h4>
            <Plot
              label={trans.__('Predicted and true values')}
              points={quick.predicted}
              joined={false}
              diagonal
              x={trans.__('true')}
              y={trans.__('predicted')}
            />
          </div>
        ) : null}
        {quick.residuals ? (
          <div>
            <h4>{trans.__('Predicted less true')}</h4>
            <StandingBars label={trans.__('Predicted less true')} bars={quick.residuals.bars} />
          </div>
        ) : null}
        {quick.importances.length > 0 ? (
          <div>
            <h4>{trans.__('What it leans on')}</h4>
            <LyingBars
              label={trans.__('What it leans on')}
              lines={quick.importances.slice(0, LISTED).map(({ column, importance }) => ({
                label: column,
                share: importance / most,
                text: number(importance)
              }))}
            />
          </div>
        ) : null}
      </div>
      <p className="jp-mlstudio-Wrangling-caption">
        {trans.__(
          '%1, trained on %2 rows and judged on %3 others.',
          quick.algorithm,
          number(quick.rows_train),
          number(quick.rows_test)
        )}
      </p>
    </section>
  );
}

function ConfusionTable(
  props: Pick<IPartProps, 'trans'> & { found: Schemas['Confusion'] }
): React.JSX.Element {
  const { trans, found } = props;
  const { labels, counts } = found;
  const sums = counts.map(row => row.reduce((sum, count) => sum + count, 0) || 1);
  const share = (row: number, column: number): number =>
    (counts[row]?.[column] ?? 0) / (sums[row] ?? 1);
  return (
    <div>
      <h4>{trans.__('True class (down) and guessed class (across)')}</h4>
      <Matrix
        label={trans.__('Confusion matrix')}
        rows={labels}
        columns={labels}
        shade={share}
        text={(row, column) => number(counts[row]?.[column])}
        title={(row, column) =>
          trans.__(
            '%1 taken for %2: %3 of its rows',
            labels[row] ?? '',
            labels[column] ?? '',
            percent(share(row, column))
          )
        }
      />
    </div>
  );
}
