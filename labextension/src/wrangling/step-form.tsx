import type { ITranslator } from '@jupyterlab/translation';
import * as React from 'react';

import { Button, CopyButton, SchemaForm, number, type IFormColumn } from '../ui';
import type { IPartProps, IWranglingActions } from './actions';
import { Allow } from './allow';
import { Delta } from './delta';
import type { Draft } from './draft';
import { wordOf } from './choices';
import { JoinMatches } from './join-matches';
import { shortType } from './values';

interface IStepFormProps extends IPartProps {
  draft: Draft;
  actions: IWranglingActions;
  translator: ITranslator;
}

/** The form of the step that is being edited, what the step would do, and its code. */
export function StepForm(props: IStepFormProps): React.JSX.Element {
  const { model, draft, trans, actions, translator } = props;
  const word = wordOf(draft.kind, trans);
  const columns = React.useMemo(() => offered(draft), [draft]);
  const ready = draft.missing.length === 0 && !draft.problem && draft.edited;
  const frame = React.useRef<HTMLElement>(null);
  useFocus(frame, draft);
  const press = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      model.discardDraft();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && ready) {
      void model.applyDraft();
    }
  };
  return (
    <section
      ref={frame}
      className="jp-mlstudio-Wrangling-form"
      aria-label={draft.kind.title}
      onKeyDown={press}
    >
      <header>
        <h3>{draft.kind.title}</h3>
        {word ? <em>{word}</em> : null}
        <span>{draft.kind.summary}</span>
        <Button primary disabled={!ready} onClick={() => void model.applyDraft()}>
          {trans.__('Apply')}
        </Button>
        <Button onClick={() => model.discardDraft()}>
          {draft.edited ? trans.__('Discard') : trans.__('Close')}
        </Button>
      </header>
      <div className="jp-mlstudio-Wrangling-formBody">
        <SchemaForm
          key={`${draft.kind.op}-${draft.place.position}-${draft.place.replace}`}
          schema={draft.form}
          value={draft.step}
          columns={columns}
          pickPath={() => actions.pickPath()}
          onChange={options => draft.fill(options)}
          translator={translator}
        />
        <Outcome model={model} draft={draft} trans={trans} />
      </div>
    </section>
  );
}

const FIELDS = '.jp-mlstudio-Form :is(input, select, textarea)';

/** A step that was just added wants to be filled in; the form comes when its validator has been loaded. */
function useFocus(frame: React.RefObject<HTMLElement>, draft: Draft): void {
  React.useEffect(() => {
    if (draft.place.replace || draft.place.quiet || !frame.current) {
      return undefined;
    }
    const node = frame.current;
    const focus = (): boolean => {
      const field = node.querySelector<HTMLElement>(FIELDS);
      field?.focus();
      return field !== null;
    };
    if (focus()) {
      return undefined;
    }
    const watch = new MutationObserver(() => focus() && watch.disconnect());
    watch.observe(node, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, [frame, draft]);
}

function Outcome({ model, draft, trans }: IPartProps & { draft: Draft }): React.JSX.Element {
  const { preview } = draft;
  const waiting = draft.missing.join(', ');
  return (
    <div className="jp-mlstudio-Wrangling-outcome" aria-live="polite" data-trying={draft.trying}>
      {waiting ? <p>{trans.__('Fill in: %1.', waiting)}</p> : null}
      {draft.problem ? (
        <p className="jp-mlstudio-Wrangling-error" role="alert">
          {draft.problem}
        </p>
      ) : null}
      {draft.isForbidden ? <Allow model={model} trans={trans} step={draft.step} bare /> : null}
      {draft.runsLater ? (
        <p>
          {trans.__('Your code runs when you apply it; from then on it may run in this project.')}
        </p>
      ) : null}
      {preview && !draft.problem && !draft.runsLater ? (
        <ul>
          {effects(draft, trans).map(({ kind, text }) => (
            <li key={text} data-effect={kind}>
              {text}
            </li>
          ))}
        </ul>
      ) : null}
      <JoinMatches model={model} draft={draft} trans={trans} />
      {preview && !draft.problem && !draft.runsLater && draft.edited ? (
        <Delta model={model} trans={trans} />
      ) : null}
      {preview?.code ? (
        <figure>
          <pre aria-label={trans.__('Code of this step')}>{preview.code}</pre>
          <CopyButton
            text={preview.code}
            label={trans.__('Copy')}
            copiedLabel={trans.__('Copied')}
          />
        </figure>
      ) : null}
    </div>
  );
}

interface IEffect {
  kind: 'added' | 'changed' | 'removed' | 'rows';
  text: string;
}

/** Say what a step does to the table. */
export function effects(
  draft: Pick<Draft, 'preview'>,
  trans: IPartProps['trans']
): readonly IEffect[] {
  const { preview } = draft;
  if (!preview) {
    return [];
  }
  const { added, changed, removed, rows_before: before, rows_after: after } = preview;
  const lines: IEffect[] = [];
  if (before !== null && after !== null && before !== after) {
    const gone = before - after;
    const text =
      gone > 0
        ? trans.__('%1 of %2 rows removed', number(gone), number(before))
        : trans.__('%1 rows added', number(-gone));
    lines.push({ kind: 'rows', text });
  }
  if (added.length > 0) {
    lines.push({ kind: 'added', text: trans.__('New: %1', some(added)) });
  }
  if (changed.length > 0) {
    lines.push({ kind: 'changed', text: trans.__('Changed: %1', some(changed)) });
  }
  if (removed.length > 0) {
    lines.push({ kind: 'removed', text: trans.__('Removed: %1', some(removed)) });
  }
  return lines.length > 0
    ? lines
    : [{ kind: 'rows', text: trans.__('Nothing changes in the rows shown') }];
}

function some(names: readonly string[]): string {
  return names.length > 6
    ? `${names.slice(0, 5).join(', ')} + ${names.length - 5}`
    : names.join(', ');
}

function offered(draft: Draft): readonly IFormColumn[] {
  return draft.place.columns.map(({ name, dtype, role }) => ({
    name,
    dtype: shortType(dtype),
    role
  }));
}
