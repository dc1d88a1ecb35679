import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon, stopIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ago, exactTime, IconButton, ListOpener, StateMark } from '../ui';
import { CellBar } from './bar';
import { isUnfinished, type Job, type JobsModel } from './model';
import type { IListActions } from './panel';
import { isStopping, latest, ownerLabel, progressLabel, stateLabel, waitLabel } from './words';

interface IRowProps {
  job: Job;
  model: JobsModel;
  actions: IListActions;
  trans: TranslationBundle;
}

/** One job in the sidebar: its state, its name, how far it is, why it waits, what made it. */
export function JobRow({ job, model, actions, trans }: IRowProps): React.JSX.Element {
  const label = stateLabel(job, trans);
  const waits = waitLabel(job, model.placeOf(job), model.capacity, trans);
  const owner = ownerLabel(job, trans);
  const hint = [job.spec.notebook, label, waits, progressLabel(job, trans), job.error?.message];
  return (
    <li
      className="jp-mlstudio-JobRow"
      onKeyDown={event => (event.key === 'Delete' ? actions.remove(job) : undefined)}
    >
      <ListOpener title={hint.filter(Boolean).join('\n')} onOpen={() => actions.open(job)}>
        <StateMark state={job.state} label={label} />
        <strong>{job.name}</strong>
        <time dateTime={latest(job)} title={exactTime(latest(job))}>
          {ago(latest(job))}
        </time>
        <CellBar job={job} trans={trans} />
        {waits || owner ? (
          <small>
            {owner ? <span className="jp-mlstudio-Badge">{owner}</span> : null}
            <span>{waits || drawn(job)}</span>
          </small>
        ) : null}
      </ListOpener>
      {isUnfinished(job) ? (
        <IconButton
          label={trans.__('Stop %1', job.name)}
          disabled={isStopping(job)}
          onClick={() => actions.stop(job)}
        >
          <stopIcon.react tag="span" elementSize="normal" />
        </IconButton>
      ) : (
        <IconButton
          label={trans.__('Run %1 again', job.name)}
          disabled={job.generated}
          onClick={() => actions.again(job)}
        >
          <refreshIcon.react tag="span" elementSize="normal" />
        </IconButton>
      )}
    </li>
  );
}

/** What sets a job of a sweep apart: the end of its name, which a narrow list cuts off. */
function drawn({ name, owner }: Job): string {
  const colon = name.indexOf(': ');
  return owner?.kind === 'sweep' && colon >= 0 ? name.slice(colon + 2) : '';
}
