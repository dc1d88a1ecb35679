import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, Failure, IconButton, Loading, number } from '../ui';
import type { IPartProps } from './actions';
import { useOpener } from './palette';
import type { Rule } from './recipes';

/** What the table must be like: the rules of the recipe, and whether they are kept. */
export function RulesPane({ model, trans }: IPartProps): React.JSX.Element {
  const { rules } = model.tools;
  const { report, kinds } = rules;
  React.useEffect(() => void rules.begin(), [rules]);
  return (
    <div className="jp-mlstudio-Wrangling-rules">
      <div className="jp-mlstudio-Wrangling-rulesBar">
        <AddRule model={model} trans={trans} />
        <Button
          disabled={rules.items.length === 0 || report.running}
          onClick={() => void rules.check()}
        >
          {report.running ? trans.__('Checking…') : trans.__('Check')}
        </Button>
      </div>
      {(report.problem ?? kinds.problem) ? (
        <Failure message={report.problem ?? kinds.problem ?? ''} />
      ) : null}
      {rules.items.length === 0 ? (
        <p>
          {trans.__(
            'Rules say what the table must be like. They stay with the recipe and are checked whenever it runs.'
          )}
        </p>
      ) : (
        <p role="status">{verdict({ model, trans })}</p>
      )}
      <ul aria-label={trans.__('Rules')}>
        {rules.items.map((rule, index) => (
          <RuleItem key={index} model={model} trans={trans} rule={rule} index={index} />
        ))}
      </ul>
      <Suggested model={model} trans={trans} />
    </div>
  );
}

function verdict({ model, trans }: IPartProps): string {
  const { answer } = model.tools.rules.report;
  if (!answer) {
    return trans.__('Not checked yet.');
  }
  const { failed, warned, rows } = answer;
  return failed + warned === 0
    ? trans.__('All kept, in %1 rows.', number(rows))
    : trans.__('%1 broken, %2 with a warning, in %3 rows.', failed, warned, number(rows));
}

function AddRule({ model, trans }: IPartProps): React.JSX.Element {
  const { rules } = model.tools;
  const opener = useOpener();
  const items = rules.kinds.answer?.items ?? [];
  return (
    <div className="jp-mlstudio-Wrangling-add" {...opener.frame}>
      <Button
        primary={rules.items.length === 0}
        aria-haspopup="menu"
        aria-expanded={opener.shown}
        disabled={items.length === 0}
        onClick={opener.toggle}
      >
        <addIcon.react tag="span" width="14px" />
        {trans.__('Add rule')}
      </Button>
      {opener.shown ? (
        <div className="jp-mlstudio-Wrangling-choices">
          <div role="menu" aria-label={trans.__('Kinds of rules')} onKeyDown={walk}>
            {items.map((kind, index) => (
              <button
                key={kind.kind}
                type="button"
                role="menuitem"
                autoFocus={index === 0}
                onClick={() => opener.after(() => rules.edit(kind))}
              >
                <span>{kind.title}</span>
                <small>{kind.summary}</small>
              </button>
            ))}
          </div>
        </div>
      ) : null}
    </div>
  );
}

function walk(event: React.KeyboardEvent<HTMLElement>): void {
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (way !== undefined) {
    const items = [...event.currentTarget.querySelectorAll('button')];
    const at = items.findIndex(item => item === document.activeElement);
    items[(at + way + items.length) % items.length]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }
}

function RuleItem(props: IPartProps & { rule: Rule; index: number }): React.JSX.Element {
  const { model, trans, rule, index } = props;
  const { rules } = model.tools;
  const result = rules.result(rule);
  const kind = rules.kinds.answer?.items.find(item => item.kind === rule.kind);
  const state = result?.state ?? 'unknown';
  return (
    <li data-state={state} data-severity={rule.severity ?? 'fail'}>
      <button
        type="button"
        className="jp-mlstudio-Wrangling-open"
        title={trans.__('Change this rule')}
        onClick={() => kind && rules.edit(kind, index)}
      >
        <span>
          <i aria-hidden>{{ kept: '✓', broken: '✗', error: '!', unknown: '○' }[state]}</i>{' '}
          {result?.sentence ?? kind?.title ?? rule.kind}
        </span>
        {result && state !== 'kept' ? <small>{result.message}</small> : null}
        {rule.severity === 'warn' ? <small>{trans.__('only warns')}</small> : null}
        {rule.note ? <small>{rule.note}</small> : null}
      </button>
      {result?.shows_rows && (result.failing ?? 0) > 0 ? (
        <Button onClick={() => void rules.show(result)}>{trans.__('Show rows')}</Button>
      ) : null}
      <IconButton
        className="jp-mlstudio-Wrangling-remove"
        label={trans.__('Delete rule %1', index + 1)}
        onClick={() => void rules.remove(index)}
      >
        <closeIcon.react tag="span" width="12px" />
      </IconButton>
    </li>
  );
}

function Suggested({ model, trans }: IPartProps): React.JSX.Element {
  const { rules } = model.tools;
  const { answer, running, problem } = rules.suggested;
  const have = new Set(rules.items.map(rule => JSON.stringify(rule)));
  const items = (answer?.items ?? []).filter(({ rule }) => !have.has(JSON.stringify(rule)));
  return (
    <>
      <Button disabled={running} onClick={() => void rules.suggest()}>
        {trans.__('Suggest rules')}
      </Button>
      {running && !answer ? <Loading label={trans.__('Looking for rules')} rows={4} /> : null}
      {problem ? <Failure message={problem} /> : null}
      <ul className="jp-mlstudio-Wrangling-suggestions" aria-label={trans.__('Suggested rules')}>
        {items.map(({ rule, sentence, reason }) => (
          <li key={sentence}>
            <div className="jp-mlstudio-Wrangling-open">
              <span>{sentence}</span>
              <small>{reason}</small>
            </div>
            <Button
              aria-label={trans.__('Add rule: %1', sentence)}
              onClick={() => void rules.add(rule as Rule)}
            >
              {trans.__('Add')}
            </Button>
          </li>
        ))}
      </ul>
      {answer && items.length === 0 ? <p>{trans.__('No more rules to suggest.')}</p> : null}
    </>
  );
}
