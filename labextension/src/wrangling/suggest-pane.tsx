import * as React from 'react';

import { Button, Failure, Loading } from '../ui';
import type { IPartProps } from './actions';
import type { Suggestion } from './suggest-model';

const QUIET = 300;

/** Steps that may be worth taking: a click tries one in the table, a second adds it. */
export function SuggestPane({ model, trans }: IPartProps): React.JSX.Element {
  const { suggestions } = model.tools;
  const { answer, problem, running } = suggestions.found;
  React.useEffect(() => {
    const timer = setTimeout(() => suggestions.follow(), answer ? QUIET : 0);
    return () => clearTimeout(timer);
  });
  if (problem) {
    return (
      <Failure
        message={problem}
        retryLabel={trans.__('Try again')}
        onRetry={() => suggestions.again()}
      />
    );
  }
  if (!answer) {
    return running ? <Loading label={trans.__('Looking for suggestions')} rows={6} /> : <></>;
  }
  const about = model.table.selection?.columns ?? [];
  return (
    <div data-running={running}>
      <p className="jp-mlstudio-Wrangling-about" aria-live="polite">
        {about.length > 0
          ? trans.__('For %1', about.join(', '))
          : trans.__('For the whole table. Select cells or columns for more.')}
      </p>
      <ul className="jp-mlstudio-Wrangling-suggestions" aria-label={trans.__('Suggestions')}>
        {answer.items.map(item => (
          <Offer key={item.id} model={model} trans={trans} item={item} />
        ))}
      </ul>
      {answer.items.length === 0 ? <p>{trans.__('Nothing to suggest here.')}</p> : null}
    </div>
  );
}

function Offer(props: IPartProps & { item: Suggestion }): React.JSX.Element {
  const { model, trans, item } = props;
  const { suggestions } = model.tools;
  const tried = suggestions.tried === item.id;
  return (
    <li data-tried={tried}>
      <button
        type="button"
        className="jp-mlstudio-Wrangling-open"
        aria-pressed={item.opens ? undefined : tried}
        title={item.opens ? trans.__('Open the tool') : trans.__('Try it in the table')}
        onClick={() => suggestions.try(item)}
      >
        <span>{item.title}</span>
        <small>{item.reason}</small>
      </button>
      {tried ? (
        <Button primary onClick={() => void suggestions.add(item)}>
          {item.steps.length > 1 ? trans.__('Add %1 steps', item.steps.length) : trans.__('Add')}
        </Button>
      ) : null}
    </li>
  );
}
