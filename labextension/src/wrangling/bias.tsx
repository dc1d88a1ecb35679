import * as React from 'react';

import type { Schemas } from '../api';
import { Button, Failure, number, percent } from '../ui';
import type { IPartProps } from './actions';
import type { BiasGroup } from './report-model';

interface IBiasProps extends IPartProps {
  target: string | null;
}

/** How a group fares in the data before anything is trained; group and outcome are chosen here. */
export function Bias(props: IBiasProps): React.JSX.Element {
  const { model, trans, target } = props;
  const { bias } = model.tools.report;
  const [facet, setFacet] = React.useState<BiasGroup | null>(null);
  const [positive, setPositive] = React.useState<BiasGroup | null>(
    target ? { column: target } : null
  );
  const [group, setGroup] = React.useState('');
  React.useEffect(() => setPositive(target ? { column: target } : null), [target]);
  const ready = isWhole(facet) && isWhole(positive);
  return (
    <section>
      <h3>{trans.__('Bias before training')}</h3>
      <p>
        {trans.__(
          'Say which rows are the group that may be disadvantaged, and which outcome is wished for.'
        )}
      </p>
      <div className="jp-mlstudio-Wrangling-biasForm">
        <GroupField {...props} label={trans.__('Group')} value={facet} onChange={setFacet} />
        <GroupField
          {...props}
          label={trans.__('Wished outcome')}
          value={positive}
          onChange={setPositive}
        />
        <ColumnSelect
          {...props}
          label={trans.__('Compare within')}
          none={trans.__('Nothing')}
          value={group}
          onChange={setGroup}
        />
        <Button
          primary
          disabled={!ready || bias.running}
          onClick={() => facet && positive && model.tools.report.compare(facet, positive, group)}
        >
          {trans.__('Measure')}
        </Button>
      </div>
      {bias.problem ? <Failure message={bias.problem} /> : null}
      {bias.answer ? <Metrics trans={trans} found={bias.answer} /> : null}
    </section>
  );
}

function isWhole(group: BiasGroup | null): boolean {
  return (
    group !== null &&
    ((group.values?.length ?? 0) > 0 || (group.above !== undefined && group.above !== null))
  );
}

interface ISelectProps extends IPartProps {
  label: string;
  none: string;
  value: string;
  onChange: (column: string) => void;
}

function ColumnSelect({ model, label, none, value, onChange }: ISelectProps): React.JSX.Element {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={event => onChange(event.target.value)}>
        <option value="">{none}</option>
        {model.table.columns.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface IGroupProps extends IPartProps {
  label: string;
  value: BiasGroup | null;
  onChange: (group: BiasGroup | null) => void;
}

/** Choose a column, and one of its frequent values or a limit. */
function GroupField(props: IGroupProps): React.JSX.Element {
  const { model, trans, label, value, onChange } = props;
  const column = model.table.columns.find(({ name }) => name === value?.column);
  const top = column ? (model.table.profile(column.name)?.top ?? []) : [];
  const limited = column?.role === 'number' && top.length === 0;
  return (
    <span className="jp-mlstudio-Wrangling-biasGroup">
      <ColumnSelect
        {...props}
        label={label}
        none={trans.__('Choose a column')}
        value={value?.column ?? ''}
        onChange={name => onChange(name ? { column: name } : null)}
      />
      {column && !limited ? (
        <label>
          <span>{trans.__('is')}</span>
          <select
            value={String(value?.values?.[0] ?? '')}
            onChange={event =>
              onChange({ column: column.name, values: valuesOf(event.target.value, column.role) })
            }
          >
            <option value="">{trans.__('Choose a value')}</option>
            {top.map(item => (
              <option key={item.value} value={item.value}>
                {item.value}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {column?.role === 'number' ? (
        <label>
          <span>{limited ? trans.__('above') : trans.__('or above')}</span>
          <input
            type="number"
            value={value?.above ?? ''}
            onChange={event =>
              onChange({
                column: column.name,
                above: event.target.value === '' ? null : Number(event.target.value)
              })
            }
          />
        </label>
      ) : null}
    </span>
  );
}

function valuesOf(text: string, role: string): NonNullable<BiasGroup['values']> {
  if (text === '') {
    return [];
  }
  if (role === 'boolean') {
    return [text.toLowerCase() === 'true'];
  }
  return [role === 'number' ? Number(text) : text];
}

function Metrics(
  props: Pick<IPartProps, 'trans'> & { found: Schemas['BiasReport'] }
): React.JSX.Element {
  const { trans, found } = props;
  const [own, others] = found.positives;
  return (
    <>
      <p>
        {trans.__(
          '“%1” holds for %2 of the group (%3, %4 of %5 rows) and for %6 of the others.',
          found.positive,
          percent(own),
          found.facet,
          number(found.members),
          number(found.rows),
          percent(others)
        )}
      </p>
      <ul className="jp-mlstudio-Wrangling-metrics">
        {found.items.map(item => (
          <li key={item.name} data-severity={item.severity ?? 'none'}>
            <abbr title={item.title}>{item.name}</abbr>
            <Needle {...item} />
            <em>{number(item.value)}</em>
            <p>
              <b>{item.title}</b> {item.text}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Where a value lies between its bounds; nothing is biased at zero. */
function Needle({
  value,
  least,
  most
}: Pick<Schemas['BiasMetric'], 'value' | 'least' | 'most'>): React.JSX.Element {
  const low = least ?? Math.min(-1, value ?? 0);
  const high = most ?? Math.max(1, value ?? 0);
  const at = (number: number): number => ((number - low) / (high - low)) * 100;
  const zero = at(0);
  const end = at(value ?? 0);
  return (
    <i aria-hidden>
      <b style={{ left: `${Math.min(zero, end)}%`, width: `${Math.abs(end - zero)}%` }} />
      <u style={{ left: `${zero}%` }} />
    </i>
  );
}
