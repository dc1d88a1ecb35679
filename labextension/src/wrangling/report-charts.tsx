import * as React from 'react';

import type { Schemas } from '../api';
import { number, percent } from '../ui';
import type { IPartProps } from './actions';
import { LyingBars, Matrix, StandingBars } from './charts';
import type { QualityReport } from './report-model';

const LISTED = 20;

/** What each column alone tells about the target. */
export function Power(props: IPartProps & { answer: QualityReport }): React.JSX.Element {
  const { model, trans, answer } = props;
  const [all, setAll] = React.useState(false);
  const shown = all ? answer.features : answer.features.slice(0, LISTED);
  return (
    <section>
      <h3>{trans.__('What each column alone tells about “%1”', answer.target ?? '')}</h3>
      <LyingBars
        label={trans.__('Prediction power')}
        lines={shown.map(({ column, power, used, reason, metric }) => ({
          label: column,
          share: power,
          text: number(power),
          quiet: !used,
          title: [reason, metric === null ? '' : trans.__('ROC AUC %1', number(metric))]
            .filter(Boolean)
            .join(' · '),
          onOpen: () => {
            model.choose(column);
            model.desk.read(false);
          }
        }))}
      />
      {answer.features.length > LISTED ? (
        <button type="button" className="jp-mlstudio-Link" onClick={() => setAll(!all)}>
          {all ? trans.__('Show fewer') : trans.__('Show all %1', answer.features.length)}
        </button>
      ) : null}
      <p className="jp-mlstudio-Wrangling-caption">{answer.method}</p>
    </section>
  );
}

/** How the values of the target are distributed. */
export function Target(
  props: IPartProps & { distribution: Schemas['Distribution'] }
): React.JSX.Element {
  const { trans, distribution } = props;
  const { column, bars, edges } = distribution;
  const title = trans.__('Values of “%1”', column);
  const all = bars.reduce((sum, { count }) => sum + count, 0) || 1;
  return (
    <section>
      <h3>{title}</h3>
      {edges ? (
        <StandingBars label={title} bars={bars} />
      ) : (
        <LyingBars
          label={title}
          lines={bars.map(({ label, count }) => ({
            label,
            share: count / all,
            text: `${number(count)} · ${percent(count / all)}`
          }))}
        />
      )}
    </section>
  );
}

/** How the target depends on the most telling columns. */
export function Relations(
  props: IPartProps & { relations: QualityReport['relations'] }
): React.JSX.Element {
  const { trans, relations } = props;
  return (
    <section>
      <h3>{trans.__('How the target depends on single columns')}</h3>
      <div className="jp-mlstudio-Wrangling-charts">
        {relations.map(relation => (
          <div key={relation.column}>
            <h4>{relation.column}</h4>
            {relation.lines.slice(0, 1).map((line, at) => (
              <LyingBars
                key={line.name}
                label={trans.__('%1 by %2', line.name, relation.column)}
                lines={relation.labels.map((label, index) => ({
                  label,
                  share: inside(line.values, line.values[index] ?? null),
                  tick: inside(line.values, relation.base[at] ?? null),
                  text: number(line.values[index]),
                  title: trans.__('%1 rows', number(relation.counts[index]))
                }))}
              />
            ))}
            <p className="jp-mlstudio-Wrangling-caption">
              {trans.__(
                '%1; the mark is all rows: %2',
                relation.lines[0]?.name ?? '',
                number(relation.base[0])
              )}
            </p>
          </div>
        ))}
      </div>
    </section>
  );
}

function inside(values: readonly (number | null)[], value: number | null): number {
  const known = values.filter((other): other is number => other !== null);
  const most = Math.max(...known, 0);
  const least = Math.min(...known, 0);
  return value === null || most <= least ? 0 : (value - least) / (most - least);
}

/** How strongly each two columns go together. */
export function Associations(
  props: IPartProps & { found: Schemas['Associations'] }
): React.JSX.Element {
  const { trans, found } = props;
  const { columns, values, method } = found;
  const at = (row: number, column: number): number | null => values[row]?.[column] ?? null;
  return (
    <section>
      <h3>{trans.__('Columns that go together')}</h3>
      <div className="jp-mlstudio-Wrangling-wide">
        <Matrix
          label={trans.__('Columns that go together')}
          rows={columns}
          columns={columns}
          shade={at}
          text={(row, column) => short(at(row, column))}
          title={(row, column) =>
            `${columns[row]} · ${columns[column]}: ${number(at(row, column))}`
          }
          dense
        />
      </div>
      <p className="jp-mlstudio-Wrangling-caption">{method}</p>
    </section>
  );
}

function short(value: number | null): string {
  return value === null
    ? ''
    : value
        .toFixed(2)
        .replace(/^-(?=0\.00$)/, '')
        .replace(/^(-?)0\./, '$1.');
}
