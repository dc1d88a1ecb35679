import * as React from 'react';

export interface IMenuItem {
  readonly label: string;
  readonly act: () => void;
  readonly isDisabled?: boolean;
  /** Whether a line is drawn above it. */
  readonly isApart?: boolean;
}

export interface IMenuProps {
  /** What the button that opens it is called. */
  label: string;
  items: readonly IMenuItem[];
  /** What the button shows. */
  children: React.ReactNode;
  className?: string;
}

/** A button with a list of things to do below it. The arrow keys go through it, Escape closes it. */
export function Menu({ label, items, children, className }: IMenuProps): React.JSX.Element {
  const [isOpen, setOpen] = React.useState(false);
  const place = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    if (!isOpen) {
      return;
    }
    const close = (event: MouseEvent): void => {
      if (!place.current?.contains(event.target as Node)) {
        setOpen(false);
      }
    };
    place.current?.querySelector<HTMLElement>('[role=menuitem]:not(:disabled)')?.focus();
    document.addEventListener('mousedown', close);
    return () => document.removeEventListener('mousedown', close);
  }, [isOpen]);
  const done = (): void => {
    setOpen(false);
    place.current?.querySelector('button')?.focus();
  };
  return (
    <div
      className={`jp-mlstudio-Menu ${className ?? ''}`}
      ref={place}
      onKeyDown={event => isOpen && walk(event, done)}
    >
      <button
        type="button"
        className="jp-mlstudio-Menu-open"
        title={label}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {children}
      </button>
      {isOpen ? (
        <div role="menu" aria-label={label}>
          {items.map(item => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              disabled={item.isDisabled}
              data-apart={item.isApart || undefined}
              onClick={() => {
                done();
                item.act();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}

function walk(event: React.KeyboardEvent<HTMLElement>, close: () => void): void {
  const items = [
    ...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]:not(:disabled)')
  ];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === 'Escape') {
    close();
    event.stopPropagation();
  } else if (step !== undefined && items.length > 0) {
    const place = items.indexOf(document.activeElement as HTMLElement);
    items[(place + step + items.length) % items.length]?.focus();
    event.preventDefault();
  }
}
