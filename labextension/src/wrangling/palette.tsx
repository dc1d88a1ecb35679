import { addIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, IconButton } from '../ui';
import type { IPartProps } from './actions';
import { Choices } from './choices';
import type { StepKind } from './draft';

/** The button that opens the list of steps. */
export function AddStep({ model, trans }: IPartProps): React.JSX.Element {
  const opener = useOpener();
  return (
    <div className="jp-mlstudio-Wrangling-add" {...opener.frame}>
      <Button
        primary={model.steps.length === 0}
        aria-haspopup="listbox"
        aria-expanded={opener.shown}
        disabled={!model.isReady}
        onClick={opener.toggle}
      >
        <addIcon.react tag="span" width="14px" />
        {trans.__('Add step')}
      </Button>
      {opener.shown ? (
        <Choices
          trans={trans}
          kinds={model.kinds}
          recent={model.opening.recents?.ops}
          onChoose={kind => opener.after(() => model.add(kind))}
          onClose={opener.close}
        />
      ) : null}
    </div>
  );
}

/** The line between two steps: it opens the list of steps, to put one right there. */
export function InsertHere(props: IPartProps & { position: number }): React.JSX.Element {
  const { model, trans, position } = props;
  const opener = useOpener();
  const insert = (kind: StepKind): void => opener.after(() => model.add(kind, {}, position));
  return (
    <div
      className="jp-mlstudio-Wrangling-add jp-mlstudio-Wrangling-insert"
      data-shown={opener.shown}
      {...opener.frame}
    >
      <IconButton
        label={
          position === 0
            ? trans.__('Insert a step at the beginning')
            : trans.__('Insert a step after step %1', position)
        }
        aria-haspopup="listbox"
        aria-expanded={opener.shown}
        onClick={opener.toggle}
      >
        <addIcon.react tag="span" width="12px" />
      </IconButton>
      {opener.shown ? (
        <Choices
          trans={trans}
          kinds={model.kinds}
          recent={model.opening.recents?.ops}
          onChoose={insert}
          onClose={opener.close}
        />
      ) : null}
    </div>
  );
}

interface IOpener {
  shown: boolean;
  frame: { ref: React.RefObject<HTMLDivElement>; onBlur: (event: React.FocusEvent) => void };
  toggle: () => void;
  close: () => void;
  after: (act: () => void) => void;
}

/** A list that opens at a button, and closes when the focus leaves both. */
export function useOpener(): IOpener {
  const [shown, setShown] = React.useState(false);
  const ref = React.useRef<HTMLDivElement>(null);
  return {
    shown,
    frame: {
      ref,
      onBlur: event => {
        if (!event.currentTarget.contains(event.relatedTarget)) {
          setShown(false);
        }
      }
    },
    toggle: () => setShown(!shown),
    close: () => {
      setShown(false);
      ref.current?.querySelector('button')?.focus();
    },
    after: act => {
      setShown(false);
      act();
    }
  };
}
