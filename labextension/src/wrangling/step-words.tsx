import * as React from 'react';

import type { IPartProps } from './actions';
import * as recipes from './recipes';

interface IWordsProps extends IPartProps {
  position: number;
  onClose: () => void;
}

/** Write a name and a remark to a step; Enter keeps them, Escape does not. */
export function StepWords({ model, trans, position, onClose }: IWordsProps): React.JSX.Element {
  const step = model.steps[position];
  const [label, setLabel] = React.useState(recipes.labelOf(step));
  const [note, setNote] = React.useState(step?.note ?? '');
  const left = React.useRef(false);
  const keep = (): void => {
    if (left.current) {
      return;
    }
    left.current = true;
    onClose();
    if (label !== recipes.labelOf(step) || note !== (step?.note ?? '')) {
      const words = { label: label.trim(), note: note.trim() };
      void model.change(recipes.annotated(model.recipe, position, words), model.looked);
    }
  };
  const press = (event: React.KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      keep();
    } else if (event.key === 'Escape') {
      left.current = true;
      onClose();
    }
  };
  const leave = (event: React.FocusEvent): void => {
    if (!event.currentTarget.contains(event.relatedTarget)) {
      keep();
    }
  };
  return (
    <div className="jp-mlstudio-Wrangling-noteField" onKeyDown={press} onBlur={leave}>
      <input
        autoFocus
        placeholder={trans.__('Name')}
        aria-label={trans.__('Name of step %1', position + 1)}
        value={label}
        onChange={event => setLabel(event.target.value)}
      />
      <textarea
        rows={2}
        placeholder={trans.__('Why this step is here')}
        aria-label={trans.__('Note of step %1', position + 1)}
        value={note}
        onChange={event => setNote(event.target.value)}
      />
    </div>
  );
}
