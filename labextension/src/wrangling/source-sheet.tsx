import * as React from 'react';

import { Button, Failure, Loading, bytes } from '../ui';
import type { IPartProps } from './actions';
import { SheetFrame, type ISheetProps } from './sheets';
import { CsvFields, ExcelFields, JsonFields, TableFields } from './source-fields';
import type { Inspected } from './source-model';
import { shortType } from './values';

/** How the file is read, with a picture of its first rows that follows each correction. */
export function SourceSheet({ model, trans }: ISheetProps): React.JSX.Element {
  return (
    <SheetFrame
      model={model}
      trans={trans}
      title={trans.__('How %1 is read', model.title)}
      hint={sizeHint(model.tools.source.look.answer)}
      head={<ReadAgain model={model} trans={trans} />}
    >
      <SourceForm model={model} trans={trans} />
    </SheetFrame>
  );
}

/** The same where there is no table yet, because the file could not be read as guessed. */
export function SourceRescue({ model, trans }: IPartProps): React.JSX.Element {
  return (
    <section
      className="jp-mlstudio-Wrangling-sheet jp-mlstudio-Wrangling-rescue"
      aria-label={trans.__('How %1 is read', model.title)}
    >
      <SourceForm model={model} trans={trans} />
      <ReadAgain model={model} trans={trans} />
    </section>
  );
}

function ReadAgain({ model, trans }: IPartProps): React.JSX.Element {
  const { source } = model.tools;
  const fits = source.look.answer !== null && !source.look.answer.error;
  return (
    <Button primary disabled={!fits || source.look.running} onClick={() => void source.apply()}>
      {model.isReady ? trans.__('Read again') : trans.__('Read')}
    </Button>
  );
}

function SourceForm({ model, trans }: IPartProps): React.JSX.Element {
  const choice = model.tools.source;
  const { answer, problem, running } = choice.look;
  React.useEffect(() => void choice.begin(), [choice]);
  if (problem && !answer) {
    return (
      <Failure
        message={problem}
        retryLabel={trans.__('Try again')}
        onRetry={() => void choice.begin()}
      />
    );
  }
  if (!answer || !choice.source) {
    return <Loading label={trans.__('Looking at the file')} rows={6} />;
  }
  const fields = {
    source: choice.source,
    seen: answer,
    trans,
    correct: choice.correct.bind(choice)
  };
  return (
    <div data-trying={running}>
      <div className="jp-mlstudio-Wrangling-inputs">
        <CsvFields {...fields} />
        <ExcelFields {...fields} />
        <JsonFields {...fields} />
        <TableFields {...fields} />
      </div>
      {(problem ?? answer.error) ? <Failure message={problem ?? answer.error ?? ''} /> : null}
      <FirstRows trans={trans} seen={answer} />
      <FirstLines trans={trans} seen={answer} />
    </div>
  );
}

interface ISeenProps extends Pick<IPartProps, 'trans'> {
  seen: Inspected;
}

function FirstRows({ seen, trans }: ISeenProps): React.JSX.Element | null {
  if (seen.columns.length === 0) {
    return null;
  }
  return (
    <div className="jp-mlstudio-Wrangling-failing">
      <table aria-label={trans.__('First rows as they would be read')}>
        <thead>
          <tr>
            {seen.columns.map(({ name, dtype }) => (
              <th key={name}>
                {name} <small>{shortType(dtype)}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {seen.rows.slice(0, 8).map((row, at) => (
            <tr key={at}>
              {row.map((value, column) => (
                <td key={column} data-missing={value === null}>
                  {value ?? '∅'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FirstLines({ seen, trans }: ISeenProps): React.JSX.Element | null {
  return seen.lines.length > 0 ? (
    <details>
      <summary>{trans.__('The file as it is')}</summary>
      <pre className="jp-mlstudio-Wrangling-raw">{seen.lines.slice(0, 12).join('\n')}</pre>
    </details>
  ) : null;
}

function sizeHint(seen: Inspected | null): string {
  return seen && seen.size !== null ? bytes(seen.size) : '';
}
