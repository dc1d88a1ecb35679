import { caretDownIcon, caretUpIcon, closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton, number } from '../ui';
import type { IPartProps } from './actions';

interface IFindBarProps extends IPartProps {
  /** The first row that can be seen: the search begins there. */
  row: () => number;
  onClose: () => void;
}

/** The field for what is looked for, and the way from match to match. */
export function FindBar({ model, trans, row, onClose }: IFindBarProps): React.JSX.Element | null {
  const { find } = model.table;
  const field = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => {
    if (find.isOpen) {
      field.current?.select();
    }
  }, [find.isOpen]);
  if (!find.isOpen) {
    return null;
  }
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Enter') {
      find.step(event.shiftKey);
    } else if (event.key === 'Escape') {
      onClose();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const none = find.place?.total === 0;
  return (
    <div className="jp-mlstudio-Wrangling-find" role="search">
      <input
        ref={field}
        autoFocus
        defaultValue={find.text}
        placeholder={trans.__('Find in all rows')}
        aria-label={trans.__('Find in all rows')}
        aria-invalid={none || find.problem !== null}
        onChange={event => find.type(event.currentTarget.value, row())}
        onKeyDown={onKeyDown}
      />
      <span role="status">{placeOf({ model, trans })}</span>
      <IconButton label={trans.__('Previous (Shift+Enter)')} onClick={() => find.step(true)}>
        <caretUpIcon.react tag="span" width="16px" />
      </IconButton>
      <IconButton label={trans.__('Next (Enter)')} onClick={() => find.step(false)}>
        <caretDownIcon.react tag="span" width="16px" />
      </IconButton>
      <IconButton label={trans.__('Close (Escape)')} onClick={onClose}>
        <closeIcon.react tag="span" width="14px" />
      </IconButton>
    </div>
  );
}

function placeOf({ model, trans }: IPartProps): string {
  const { place, problem, busy, text } = model.table.find;
  if (problem) {
    return problem;
  }
  if (text === '') {
    return '';
  }
  if (!place) {
    return busy ? trans.__('Looking…') : '';
  }
  if (place.total === null) {
    return trans.__('Counting…');
  }
  return place.total === 0
    ? trans.__('Not found')
    : trans.__('%1 of %2', number(place.index), number(place.total));
}
