import * as React from 'react';

import { Button, CopyButton, Failure, Loading } from '../ui';
import type { IPartProps } from './actions';
import { dialects, languages, type Dialect, type Language } from './code-model';
import { SheetFrame, type ISheetProps } from './sheets';

/** The recipe as a program, in the language that somebody chooses. */
export function CodeSheet({ model, trans, actions }: ISheetProps): React.JSX.Element {
  const { code } = model.tools;
  const { answer, problem, running } = code.text;
  React.useEffect(() => code.follow());
  return (
    <SheetFrame
      model={model}
      trans={trans}
      title={trans.__('Code')}
      hint={trans.__('What the recipe does, as a program')}
      head={
        <Button primary disabled={!answer} onClick={() => void actions.insertCode(model)}>
          {trans.__('Insert into notebook')}
        </Button>
      }
    >
      <Choice model={model} trans={trans} />
      {problem ? <Failure message={problem} /> : null}
      {!answer && running ? <Loading label={trans.__('Writing')} rows={6} /> : null}
      {answer && !problem ? (
        <figure className="jp-mlstudio-Wrangling-code" data-language={code.language}>
          <pre aria-label={trans.__('Code of the recipe')} tabIndex={0}>
            {answer.text}
          </pre>
          <CopyButton
            text={answer.text}
            label={trans.__('Copy')}
            copiedLabel={trans.__('Copied')}
          />
        </figure>
      ) : null}
    </SheetFrame>
  );
}

function Choice({ model, trans }: IPartProps): React.JSX.Element {
  const { code } = model.tools;
  return (
    <div className="jp-mlstudio-Wrangling-inputs">
      <select
        aria-label={trans.__('Language')}
        value={code.language}
        onChange={event => code.write(event.target.value as Language)}
      >
        {languages(model, trans).map(([language, label]) => (
          <option key={language} value={language}>
            {label}
          </option>
        ))}
      </select>
      {code.language === 'sql' ? (
        <select
          aria-label={trans.__('Dialect')}
          value={code.dialect}
          onChange={event => code.write('sql', event.target.value as Dialect)}
        >
          {dialects.map(([dialect, label]) => (
            <option key={dialect} value={dialect}>
              {label}
            </option>
          ))}
        </select>
      ) : null}
    </div>
  );
}
