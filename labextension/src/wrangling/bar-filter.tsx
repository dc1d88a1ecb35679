import * as React from 'react';

import { Button } from '../ui';
import type { IPartProps } from './actions';
import type { Column, Condition, IWritten } from './table';
import { arityOf, isComplete, testsOf, typed, type Test } from './table-filter';
import { ValuePicker } from './values-picker';
import { plain } from './values';

interface IFilterFormProps extends IPartProps {
  writing: IWritten;
}

/** The form of one condition: a column, a test that fits it, and what to compare with. */
export function FilterForm({ model, trans, writing }: IFilterFormProps): React.JSX.Element | null {
  const { table } = model;
  const [draft, setDraft] = React.useState(() => begun(table.filter, table.columns, writing));
  const column = table.columns.find(({ name }) => name === draft.column);
  const close = (): void => table.editFilter(null);
  if (!column) {
    return null;
  }
  const condition = conditionOf(draft, column);
  const apply = (given = condition): void => {
    if (isComplete(given)) {
      const { from, count } = writing.at ?? { from: table.filter.length, count: 0 };
      const next = [...table.filter];
      next.splice(from, count, given);
      table.editFilter(null);
      table.filterBy(next);
    }
  };
  return (
    <form
      className="jp-mlstudio-Wrangling-filter"
      aria-label={trans.__('Filter rows')}
      onSubmit={event => {
        event.preventDefault();
        apply();
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          close();
        }
      }}
    >
      <select
        aria-label={trans.__('Column')}
        value={draft.column}
        onChange={event => {
          const name = event.currentTarget.value;
          const other = table.columns.find(each => each.name === name);
          const test = testsOf(other ?? column)[0] ?? 'is missing';
          setDraft({ column: name, test, texts: ['', ''], picked: [] });
        }}
      >
        {table.columns.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <select
        aria-label={trans.__('Test')}
        value={draft.test}
        onChange={event => setDraft({ ...draft, test: event.currentTarget.value as Test })}
      >
        {testsOf(column).map(test => (
          <option key={test} value={test}>
            {testWords(test, trans)}
          </option>
        ))}
      </select>
      <Operands {...{ model, trans, draft, column, setDraft }} />
      <footer>
        <Button onClick={close}>{trans.__('Cancel')}</Button>
        <Button primary type="submit" disabled={!isComplete(condition)}>
          {trans.__('Show these rows')}
        </Button>
      </footer>
    </form>
  );
}

function testWords(test: Test, trans: IPartProps['trans']): string {
  const words: Record<Test, string> = {
    '==': trans.__('is'),
    '!=': trans.__('is not'),
    '<': trans.__('< less than'),
    '<=': trans.__('≤ at most'),
    '>': trans.__('> more than'),
    '>=': trans.__('≥ at least'),
    between: trans.__('between'),
    in: trans.__('one of'),
    contains: trans.__('contains'),
    'starts with': trans.__('starts with'),
    'ends with': trans.__('ends with'),
    'is missing': trans.__('is missing'),
    'is present': trans.__('is present')
  };
  return words[test];
}

/** A condition as it is being typed. */
interface IDrafted {
  column: string;
  test: Test;
  texts: readonly [string, string];
  picked: readonly string[];
}

interface IOperandsProps extends IPartProps {
  draft: IDrafted;
  column: Column;
  setDraft: (draft: IDrafted) => void;
}

function Operands({ model, trans, draft, column, setDraft }: IOperandsProps): React.JSX.Element {
  const arity = arityOf(draft.test);
  const set = (index: 0 | 1, text: string): void =>
    setDraft({
      ...draft,
      texts: index === 0 ? [text, draft.texts[1]] : [draft.texts[0], text]
    });
  const picks = column.role !== 'nested' && column.role !== 'other';
  return (
    <>
      {arity === 'one' || arity === 'two' ? (
        <Operand
          key={draft.column}
          label={arity === 'two' ? trans.__('From') : trans.__('Value')}
          column={column}
          text={draft.texts[0]}
          onChange={text => set(0, text)}
        />
      ) : null}
      {arity === 'two' ? (
        <Operand
          label={trans.__('Up to')}
          column={column}
          text={draft.texts[1]}
          onChange={text => set(1, text)}
          later
        />
      ) : null}
      {picks && (arity === 'many' || arity === 'one') ? (
        <ValuePicker
          key={`values-${draft.column}`}
          model={model}
          trans={trans}
          column={column}
          search={arity === 'one' ? draft.texts[0] : null}
          picked={arity === 'many' ? draft.picked : [draft.texts[0]]}
          onPick={value =>
            arity === 'many'
              ? setDraft({ ...draft, picked: toggled(draft.picked, value) })
              : set(0, value)
          }
        />
      ) : null}
    </>
  );
}

interface IOperandProps {
  label: string;
  column: Column;
  text: string;
  onChange: (text: string) => void;
  later?: boolean;
}

function Operand({ label, column, text, onChange, later }: IOperandProps): React.JSX.Element {
  const bad = text !== '' && typed(text, column) === null;
  return (
    <input
      autoFocus={!later}
      dir="auto"
      aria-label={label}
      aria-invalid={bad}
      placeholder={EXAMPLES[column.role] ?? label}
      value={text}
      onChange={event => onChange(event.currentTarget.value)}
    />
  );
}

const EXAMPLES: Readonly<Record<string, string>> = {
  date: '2013-01-31',
  datetime: '2013-01-31 05:15',
  time: '05:15',
  boolean: 'true'
};

function begun(
  filter: readonly Condition[],
  columns: readonly Column[],
  { column, at }: IWritten
): IDrafted {
  const found = columns.find(({ name }) => name === column);
  const now = at ? filter[at.from] : undefined;
  const other = at && at.count === 2 ? filter[at.from + 1] : undefined;
  const text = (value: unknown): string =>
    value === null || value === undefined || !found ? '' : plain(value, found);
  if (now && other) {
    // The two ends of a bar become a range that can be typed.
    return { column, test: 'between', texts: [text(now.value), text(other.value)], picked: [] };
  }
  const test = now?.test ?? (found ? testsOf(found)[0] : undefined) ?? '==';
  const [low, high] = now?.values ?? [];
  const texts =
    test === 'between' ? ([text(low), text(high)] as const) : ([text(now?.value), ''] as const);
  return { column, test, texts, picked: test === 'in' ? (now?.values ?? []).map(text) : [] };
}

function conditionOf({ column: name, test, texts, picked }: IDrafted, column: Column): Condition {
  const values = (given: readonly string[]): NonNullable<Condition['values']> =>
    given.flatMap(text => {
      const value = typed(text, column);
      return value === null ? [] : [value];
    });
  switch (arityOf(test)) {
    case 'none':
      return { column: name, test };
    case 'two':
      return { column: name, test, values: values(texts) };
    case 'many':
      return { column: name, test, values: values(picked) };
    case 'one':
      return { column: name, test, value: texts[0] === '' ? null : typed(texts[0], column) };
  }
}

function toggled(picked: readonly string[], value: string): readonly string[] {
  return picked.includes(value) ? picked.filter(other => other !== value) : [...picked, value];
}
