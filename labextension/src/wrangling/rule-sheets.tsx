import * as React from 'react';

import { Button, Failure, Loading, SchemaForm, missing, number, type FormSchema } from '../ui';
import { shortType, written } from './values';
import { SheetFrame, type ISheetProps } from './sheets';

/** The form of a rule. */
export function RuleSheet(props: ISheetProps): React.JSX.Element | null {
  const { model, trans, translator } = props;
  const { rules } = model.tools;
  const { edited } = rules;
  if (!edited) {
    return null;
  }
  const form = ownFirst(edited.kind.form as FormSchema); // the kernel writes JSON schemas
  const lacking = missing(form, edited.rule);
  return (
    <SheetFrame
      model={model}
      trans={trans}
      title={edited.kind.title}
      hint={edited.kind.summary}
      head={
        <Button primary disabled={lacking.length > 0} onClick={() => void rules.keep()}>
          {edited.index < 0 ? trans.__('Add rule') : trans.__('Keep')}
        </Button>
      }
    >
      <SchemaForm
        key={`${edited.kind.kind}-${edited.index}`}
        idPrefix="rule"
        schema={form}
        value={edited.rule}
        columns={model.table.columns.map(({ name, dtype, role }) => ({
          name,
          dtype: shortType(dtype),
          role
        }))}
        onChange={options => rules.fill(options)}
        translator={translator}
      />
      {lacking.length > 0 ? <p>{trans.__('Fill in: %1.', lacking.join(', '))}</p> : null}
    </SheetFrame>
  );
}

const COMMON: readonly string[] = ['tolerance', 'severity', 'note'];

/** Ask for what is special about a rule before what all rules have. */
function ownFirst(form: FormSchema): FormSchema {
  const entries = Object.entries(form.properties ?? {});
  const rank = ([name]: [string, unknown]): number => COMMON.indexOf(name);
  const properties = Object.fromEntries(entries.sort((one, other) => rank(one) - rank(other)));
  return { ...form, properties };
}

/** The rows that break a rule. */
export function FailingSheet({ model, trans }: ISheetProps): React.JSX.Element {
  const { answer, running, problem } = model.tools.rules.failing;
  const numbers = answer?.about.numbers ?? '';
  const columns = model.table.columns;
  return (
    <SheetFrame
      model={model}
      trans={trans}
      title={answer ? trans.__('Rows that break: %1', answer.sentence) : trans.__('Rows')}
      hint={
        answer
          ? trans.__('%1 of %2 rows', number(answer.about.rows), number(answer.about.rows_total))
          : ''
      }
    >
      {problem ? <Failure message={problem} /> : null}
      {running && !answer ? <Loading label={trans.__('Loading rows')} rows={5} /> : null}
      {answer?.rows ? (
        <div className="jp-mlstudio-Wrangling-failing">
          <table aria-label={trans.__('Rows that break the rule')}>
            <thead>
              <tr>
                <th>{trans.__('Row')}</th>
                {columns.map(({ name }) => (
                  <th key={name}>{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {Array.from({ length: answer.rows.rows }, (_, row) => (
                <tr key={row}>
                  <th scope="row">{number(Number(answer.rows?.value(row, numbers)) + 1)}</th>
                  {columns.map(column => (
                    <td key={column.name}>
                      {written(answer.rows?.value(row, column.name), column)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </SheetFrame>
  );
}
