import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Schemas } from '../api';
import { ago, duration, exactTime, IconButton, number, StateMark } from '../ui';
import { megabytes } from './traffic';

type Request = Schemas['DeferredRequest'];

export interface IRequestsProps {
  /** The requests that are answered later; null until they have come. */
  requests: Schemas['DeferredList'] | null;
  onForget: (id: string) => void;
  trans: TranslationBundle;
}

/** The requests that callers do not wait for: queued, under way, answered. */
export function Requests({ requests, onForget, trans }: IRequestsProps): React.JSX.Element {
  const items = requests?.items ?? [];
  return (
    <section className="jp-mlstudio-Requests" aria-label={trans.__('Asynchronous requests')}>
      <header>
        <h3>{trans.__('Asynchronous requests')}</h3>
        {requests && requests.waiting > 0 ? (
          <span>{trans.__('%1 waiting', number(requests.waiting))}</span>
        ) : null}
      </header>
      {items.length === 0 ? (
        <p className="jp-mlstudio-Quiet">
          {trans.__(
            'Send a request to /async/invocations, and the answer is kept under its id until you fetch it. Such requests are listed here.'
          )}
        </p>
      ) : (
        <ul>
          {items.map(request => (
            <RequestRow key={request.id} request={request} onForget={onForget} trans={trans} />
          ))}
        </ul>
      )}
    </section>
  );
}

function RequestRow(props: {
  request: Request;
  onForget: (id: string) => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { request, onForget, trans } = props;
  const { id, state, message, created_at } = request;
  return (
    <li>
      <StateMark state={state} label={stateOf(request, trans)} />
      <code title={id}>{id}</code>
      {message ? null : <span>{tookOf(request, trans)}</span>}
      <time title={exactTime(created_at)}>{ago(created_at)}</time>
      <IconButton label={trans.__('Forget this request')} onClick={() => onForget(id)}>
        <deleteIcon.react tag="span" elementSize="small" />
      </IconButton>
      {message ? <p>{message}</p> : null}
    </li>
  );
}

function stateOf({ state }: Request, trans: TranslationBundle): string {
  const labels: Record<Request['state'], string> = {
    queued: trans.__('Queued'),
    running: trans.__('Running'),
    succeeded: trans.__('Answered'),
    failed: trans.__('Failed'),
    stopped: trans.__('Stopped')
  };
  return labels[state];
}

function tookOf(
  { started_at, ended_at, megabytes: size }: Request,
  trans: TranslationBundle
): string {
  if (started_at === null || ended_at === null) {
    return megabytes(size);
  }
  return trans.__('in %1', duration(Date.parse(ended_at) - Date.parse(started_at)));
}
