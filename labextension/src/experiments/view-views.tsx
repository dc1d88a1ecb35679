import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button, IconButton } from '../ui';
import { useOpen } from './view-open';
import type { SavedViews } from './views';

/** Opens and saves looks of the table. */
export function ViewsMenu({
  views,
  trans
}: {
  views: SavedViews;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { isOpen, toggle, close, frame } = useOpen();
  const { current, isChanged } = views;
  const title = current ? `${current.spec.name}${isChanged ? ' *' : ''}` : trans.__('Views');
  const run = (action: () => void): void => {
    action();
    close();
  };
  return (
    <div className="jp-mlstudio-Picker" {...frame}>
      <Button
        aria-expanded={isOpen}
        aria-haspopup="dialog"
        title={isChanged ? trans.__('Changed since it was saved') : undefined}
        onClick={toggle}
      >
        {title}
      </Button>
      {isOpen ? (
        <div className="jp-mlstudio-Picker-menu" role="dialog" aria-label={trans.__('Saved views')}>
          <ul className="jp-mlstudio-Picker-views">
            {views.ofKind('view').map(({ id, spec }) => (
              <li key={id}>
                <button
                  type="button"
                  aria-current={id === current?.id}
                  onClick={() => run(() => views.open(id))}
                >
                  {spec.name}
                </button>
                <IconButton
                  label={trans.__('Forget the view %1', spec.name)}
                  onClick={() => void views.remove(id)}
                >
                  ×
                </IconButton>
              </li>
            ))}
          </ul>
          {views.ofKind('view').length === 0 ? (
            <p className="jp-mlstudio-Hint">
              {trans.__(
                'A view keeps filter, columns, sorting, groups and charts under a name, for everybody who opens this project.'
              )}
            </p>
          ) : null}
          <div className="jp-mlstudio-Picker-foot">
            <Button
              primary={isChanged}
              disabled={!isChanged}
              onClick={() => run(() => void views.save())}
            >
              {trans.__('Save')}
            </Button>
            <Button onClick={() => run(() => void views.saveAs('view'))}>
              {trans.__('Save As…')}
            </Button>
            <Button onClick={() => run(() => views.leave())}>{trans.__('Reset')}</Button>
          </div>
        </div>
      ) : null}
    </div>
  );
}
