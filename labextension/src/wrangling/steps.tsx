import * as React from 'react';

import { number } from '../ui';
import type { IPartProps, IWranglingActions } from './actions';
import { InsertHere } from './palette';
import { StepItem } from './step-item';

export interface IStepListProps extends IPartProps {
  actions: IWranglingActions;
}

/** The recipe: its source, and each step with what became of it. Steps are moved by dragging, or with Alt and an arrow key. */
export function StepList(props: IStepListProps): React.JSX.Element {
  const { model, trans } = props;
  const [dragged, setDragged] = React.useState<number | null>(null);
  const [over, setOver] = React.useState<number | null>(null);
  const drop = (): void => {
    if (dragged !== null && over !== null) {
      void model.move(dragged, over);
    }
    setDragged(null);
    setOver(null);
  };
  return (
    <ol className="jp-mlstudio-Wrangling-steps" aria-label={trans.__('Recipe')}>
      <SourceItem {...props} />
      {model.steps.map((_, position) => (
        <StepItem
          key={position}
          {...props}
          position={position}
          dropped={over === position && dragged !== position ? (dragged ?? 0) < position : null}
          onDrag={() => setDragged(position)}
          onOver={() => setOver(position)}
          onDrop={drop}
        />
      ))}
    </ol>
  );
}

function SourceItem({ model, trans }: IStepListProps): React.JSX.Element {
  const { opened, source } = model.opening;
  return (
    <li data-current={model.looked === 0} data-source>
      <button
        type="button"
        className="jp-mlstudio-Wrangling-open"
        aria-current={model.looked === 0}
        onClick={() => model.look(0)}
      >
        <span className="jp-mlstudio-Wrangling-sentence">{trans.__('Read %1', model.title)}</span>
        <small>{sizeText(opened?.rows ?? null, opened?.columns.length ?? 0, trans)}</small>
      </button>
      {source?.kind === 'file' && model.isReady && model.opening.can('sources.inspect') ? (
        <button
          type="button"
          className="jp-mlstudio-Link jp-mlstudio-Wrangling-correct"
          title={trans.__('How the file is read: separator, header, sheet')}
          onClick={() => model.desk.open('source')}
        >
          {trans.__('Options…')}
        </button>
      ) : null}
      {model.isReady && model.steps.length > 0 ? (
        <InsertHere model={model} trans={trans} position={0} />
      ) : null}
    </li>
  );
}

export function sizeText(rows: number | null, columns: number, trans: IPartProps['trans']): string {
  return rows === null
    ? trans.__('%1 columns', columns)
    : trans.__('%1 × %2', number(rows), columns);
}
