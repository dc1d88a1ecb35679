import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { Button, CopyButton, Failure, Loading } from '../ui';
import type { IModelActions } from './actions';
import type { ModelVersion, VersionsModel } from './versions';

type Part = Schemas['CardPart'];

export interface ICardPaneProps {
  version: ModelVersion;
  model: VersionsModel;
  actions: IModelActions;
  trans: TranslationBundle;
}

/** The card of a version: made anew from what is known, with the user's own parts to be written. */
export function CardPane(props: ICardPaneProps): React.JSX.Element {
  const { model, version, trans } = props;
  const { value, failure } = model.card;
  if (failure !== null) {
    return (
      <Failure
        message={failure}
        retryLabel={trans.__('Retry')}
        onRetry={() => model.show('card')}
      />
    );
  }
  if (value === null || value.version !== version.version) {
    return <Loading label={trans.__('Making the card')} rows={8} />;
  }
  return (
    <div className="jp-mlstudio-ModelCard">
      <Bar card={value} {...props} />
      {value.parts.map(part =>
        part.own ? (
          <OwnPart key={part.key} part={part} {...props} />
        ) : (
          <MadePart key={part.key} part={part} {...props} />
        )
      )}
    </div>
  );
}

function Bar(props: ICardPaneProps & { card: Schemas['ModelCard'] }): React.JSX.Element {
  const { card, model, version, actions, trans } = props;
  const file = `${model.name}-${version.version}.md`;
  return (
    <div className="jp-mlstudio-ModelCard-bar">
      <span>
        {card.published
          ? trans.__('Kept as the description of the version, as it was then.')
          : trans.__('Made anew from what is known whenever it is opened.')}
      </span>
      <CopyButton
        text={card.markdown}
        label={trans.__('Copy the card as Markdown')}
        copiedLabel={trans.__('Copied')}
      />
      <Button onClick={() => actions.download(card.markdown, file)}>{trans.__('Download')}</Button>
      <Button
        title={trans.__('MLflow’s own pages show the description')}
        onClick={() => actions.attempt(model.publishCard(version.version, true))}
      >
        {card.published ? trans.__('Update in MLflow') : trans.__('Keep in MLflow')}
      </Button>
      {card.published ? (
        <Button onClick={() => actions.attempt(model.publishCard(version.version, false))}>
          {trans.__('Take out of MLflow')}
        </Button>
      ) : null}
    </div>
  );
}

interface IPartProps extends ICardPaneProps {
  part: Part;
}

function MadePart({ part, actions, trans }: IPartProps): React.JSX.Element | null {
  return part.markdown === '' ? null : (
    <section aria-label={partLabel(part, trans)}>
      <h4>{partLabel(part, trans)}</h4>
      <Markdown text={part.markdown} draw={actions.draw} />
    </section>
  );
}

function OwnPart(props: IPartProps): React.JSX.Element {
  const { part, model, version, actions, trans } = props;
  const [draft, setDraft] = React.useState<string | null>(null);
  const label = partLabel(part, trans);
  const save = (): void => {
    actions.attempt(model.writeCard(version.version, { [part.key]: draft ?? '' }));
    setDraft(null);
  };
  return (
    <section aria-label={label} className="jp-mod-own">
      <h4>
        {label}
        {draft === null && part.markdown !== '' ? (
          <button
            type="button"
            className="jp-mlstudio-Link"
            aria-label={trans.__('Edit %1', label)}
            onClick={() => setDraft(part.markdown)}
          >
            {trans.__('Edit')}
          </button>
        ) : null}
      </h4>
      {draft !== null ? (
        <div className="jp-mlstudio-Description-edit">
          <textarea
            autoFocus
            aria-label={label}
            placeholder={hint(part.key, trans)}
            rows={4}
            maxLength={5000}
            value={draft}
            onChange={event => setDraft(event.target.value)}
            onKeyDown={event => (event.key === 'Escape' ? setDraft(null) : undefined)}
          />
          <Button primary onClick={save}>
            {trans.__('Save')}
          </Button>
          <Button onClick={() => setDraft(null)}>{trans.__('Cancel')}</Button>
        </div>
      ) : part.markdown === '' ? (
        <button
          type="button"
          className="jp-mlstudio-Description"
          data-empty="true"
          onClick={() => setDraft('')}
        >
          {hint(part.key, trans)}
        </button>
      ) : (
        <Markdown text={part.markdown} draw={actions.draw} />
      )}
    </section>
  );
}

function Markdown(props: { text: string; draw: IModelActions['draw'] }): React.JSX.Element {
  const { text, draw } = props;
  const place = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    if (place.current) {
      draw(text, place.current);
    }
  }, [text, draw]);
  return <div ref={place} className="jp-mlstudio-ModelCard-text" />;
}

function partLabel({ key, title }: Part, trans: TranslationBundle): string {
  const labels: Record<string, string> = {
    purpose: trans.__('Purpose'),
    summary: trans.__('This version'),
    data: trans.__('Data'),
    training: trans.__('Training'),
    metrics: trans.__('Metrics'),
    evaluation: trans.__('Evaluation'),
    signature: trans.__('Inputs and outputs'),
    limits: trans.__('Limits'),
    environment: trans.__('Environment'),
    lineage: trans.__('Lineage'),
    monitoring: trans.__('Monitoring'),
    notes: trans.__('Notes')
  };
  return labels[key] ?? title;
}

function hint(key: string, trans: TranslationBundle): string {
  const hints: Record<string, string> = {
    purpose: trans.__('Say what the model is for; it holds for all versions'),
    summary: trans.__('Say what is special about this version'),
    evaluation: trans.__('Say how it was judged, beyond its metrics'),
    limits: trans.__('Say where it must not be used or trusted'),
    notes: trans.__('Say what else one should know')
  };
  return hints[key] ?? '';
}
