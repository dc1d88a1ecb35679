import * as React from 'react';

export interface ITabBarProps<T extends string> {
  /** What there is to choose among, with its label. */
  tabs: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
  /** The name of the group, for screen readers. */
  label: string;
}

/** Tabs above a part of a view; the arrow keys go from one to the next. */
export function TabBar<T extends string>(props: ITabBarProps<T>): React.JSX.Element {
  const { tabs, value, onChange, label } = props;
  const walk = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const next = tabs[tabs.findIndex(tab => tab.value === value) + (step ?? 0)];
    if (step !== undefined && next) {
      onChange(next.value);
      event.currentTarget.querySelector<HTMLElement>(`[data-tab='${next.value}']`)?.focus();
      event.preventDefault();
    }
  };
  return (
    <div className="jp-mlstudio-TabBar" role="tablist" aria-label={label} onKeyDown={walk}>
      {tabs.map(tab => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          data-tab={tab.value}
          aria-selected={tab.value === value}
          tabIndex={tab.value === value ? 0 : -1}
          onClick={() => onChange(tab.value)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
