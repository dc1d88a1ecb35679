import * as React from 'react';

/** What opens below a button. */
export interface IOpen {
  readonly isOpen: boolean;
  readonly toggle: () => void;
  readonly close: () => void;
  /** For the element around the button and what it opens. */
  readonly frame: {
    readonly ref: React.RefObject<HTMLDivElement>;
    readonly onKeyDown: (event: React.KeyboardEvent) => void;
  };
}

/** Let something be open until Escape is pressed, or something else is. */
export function useOpen(): IOpen {
  const [isOpen, setOpen] = React.useState(false);
  const ref = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const close = (event: MouseEvent): void => {
      if (!ref.current?.contains(event.target as Node)) {
        setOpen(false);
      }
    };
    if (isOpen) {
      document.addEventListener('mousedown', close);
    }
    return () => document.removeEventListener('mousedown', close);
  }, [isOpen]);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape' && isOpen) {
      setOpen(false);
      ref.current?.querySelector<HTMLElement>('button')?.focus();
      event.stopPropagation();
    }
  };
  const toggle = (): void => setOpen(!isOpen);
  return { isOpen, toggle, close: () => setOpen(false), frame: { ref, onKeyDown } };
}
