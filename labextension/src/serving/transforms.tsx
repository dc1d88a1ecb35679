import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon, runIcon, stopIcon, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import {
  Button,
  duration,
  Empty,
  Failure,
  IconButton,
  List,
  ListOpener,
  Loading,
  number,
  StateMark
} from '../ui';
import { isBusy, type Transform, type TransformsModel } from './transforms-model';

/** What the list asks of the application. */
export interface ITransformActions {
  create: () => void;
  /** Shows the answers, or what there is of the transform. */
  open: (transform: Transform) => void;
  openErrors: (path: string) => void;
  stop: (transform: Transform) => void;
  again: (transform: Transform) => void;
  remove: (transform: Transform) => void;
}

/** The batch transforms, below the endpoints. */
export class TransformsPanel extends VDomRenderer<TransformsModel> {
  constructor(
    model: TransformsModel,
    private readonly _actions: ITransformActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-TransformsPanel');
    this.title.label = _trans.__('Batch transforms');
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    if (!model.loaded) {
      return <Loading label={trans.__('Loading the batch transforms')} rows={3} />;
    }
    if (model.failure !== null) {
      const retry = (): void => void model.refresh();
      return <Failure message={model.failure} retryLabel={trans.__('Retry')} onRetry={retry} />;
    }
    const create = (
      <Button primary={model.items.length === 0} onClick={actions.create}>
        {trans.__('Transform a file…')}
      </Button>
    );
    if (model.items.length === 0) {
      return (
        <Empty title={trans.__('No batch transform yet')} action={create}>
          {trans.__('A batch transform sends a whole file of rows through a model.')}
        </Empty>
      );
    }
    return (
      <>
        <div className="jp-mlstudio-ListHead">{create}</div>
        <List label={trans.__('Batch transforms')}>
          {model.items.map(transform => (
            <Row key={transform.id} transform={transform} actions={actions} trans={trans} />
          ))}
        </List>
      </>
    );
  }
}

interface IRowProps {
  transform: Transform;
  actions: ITransformActions;
  trans: TranslationBundle;
}

function Row({ transform, actions, trans }: IRowProps): React.JSX.Element {
  const { spec, state, label, progress, error, result } = transform;
  return (
    <li
      className="jp-mlstudio-TransformRow"
      onKeyDown={event => (event.key === 'Delete' ? actions.remove(transform) : undefined)}
    >
      <ListOpener
        title={error ?? result?.output ?? spec.source}
        onOpen={() => actions.open(transform)}
      >
        <StateMark state={state} label={stateLabel(transform, trans)} />
        <strong>{spec.source}</strong>
        <span className="jp-mlstudio-TransformRow-model">{label}</span>
        <span className="jp-mlstudio-TransformRow-pace">{paceLabel(transform, trans)}</span>
        {isBusy(transform) ? (
          <progress
            value={progress && progress.share > 0 ? progress.share : undefined}
            aria-label={trans.__('Progress')}
          />
        ) : null}
      </ListOpener>
      {result?.errors_path ? (
        <Button onClick={() => actions.openErrors(result.errors_path ?? '')}>
          {trans._n('1 error', '%1 errors', result.errors)}
        </Button>
      ) : null}
      <RowButtons transform={transform} actions={actions} trans={trans} />
    </li>
  );
}

function RowButtons({ transform, actions, trans }: IRowProps): React.JSX.Element {
  const { source } = transform.spec;
  if (isBusy(transform)) {
    return (
      <IconButton label={trans.__('Stop %1', source)} onClick={() => actions.stop(transform)}>
        <stopIcon.react tag="span" elementSize="normal" />
      </IconButton>
    );
  }
  return (
    <>
      {transform.can_continue ? (
        <IconButton
          label={trans.__('Go on with %1', source)}
          onClick={() => actions.again(transform)}
        >
          <runIcon.react tag="span" elementSize="normal" />
        </IconButton>
      ) : null}
      <IconButton label={trans.__('Forget %1', source)} onClick={() => actions.remove(transform)}>
        <deleteIcon.react tag="span" elementSize="small" />
      </IconButton>
    </>
  );
}

function stateLabel({ state }: Transform, trans: TranslationBundle): string {
  const labels: Record<Transform['state'], string> = {
    queued: trans.__('Queued'),
    running: trans.__('Running'),
    succeeded: trans.__('Succeeded'),
    failed: trans.__('Failed'),
    stopped: trans.__('Stopped')
  };
  return labels[state];
}

/** Say how far a transform is and how fast, or how fast it was. */
export function paceLabel(transform: Transform, trans: TranslationBundle): string {
  const { result, progress } = transform;
  if (result) {
    return trans.__('%1 rows · %2 rows/s', number(result.rows), whole(result.rows_a_second));
  }
  if (!progress || !isBusy(transform)) {
    return stateLabel(transform, trans);
  }
  const rows =
    progress.total === null
      ? trans.__('%1 rows', number(progress.rows))
      : trans.__('%1 of %2 rows', number(progress.rows), number(progress.total));
  const pace =
    progress.rows_a_second === null ? [] : [trans.__('%1 rows/s', whole(progress.rows_a_second))];
  const left =
    progress.seconds_left === null
      ? []
      : [trans.__('%1 left', duration(progress.seconds_left * 1000))];
  return [rows, ...pace, ...left].join(' · ');
}

function whole(rate: number): string {
  return number(Math.round(rate));
}
