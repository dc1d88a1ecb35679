import type { ITranslator } from '@jupyterlab/translation';
import * as React from 'react';

import type { IPartProps, IWranglingActions } from './actions';
import type { Pane } from './desk';
import { RulesPane } from './rules-pane';
import { StepList } from './steps';
import { SuggestPane } from './suggest-pane';

export interface ISideProps extends IPartProps {
  actions: IWranglingActions;
  translator: ITranslator;
}

/** The place on the left: the recipe, and what else goes with it. */
export function Side(props: ISideProps): React.JSX.Element {
  const { model, trans } = props;
  const { pane } = model.desk;
  const tabs = tabsOf(props);
  return (
    <nav className="jp-mlstudio-Wrangling-recipe">
      {tabs.length > 1 ? (
        <div className="jp-mlstudio-Wrangling-tabs" role="tablist" onKeyDown={walk}>
          {tabs.map(({ name, label, count }) => (
            <button
              key={name}
              type="button"
              role="tab"
              aria-selected={pane === name}
              tabIndex={pane === name ? 0 : -1}
              onClick={() => (pane === name ? undefined : model.desk.turn(name))}
            >
              {label}
              {count ? <em>{count}</em> : null}
            </button>
          ))}
        </div>
      ) : null}
      <div className="jp-mlstudio-Wrangling-pane" role={tabs.length > 1 ? 'tabpanel' : undefined}>
        {pane === 'suggest' ? <SuggestPane model={model} trans={trans} /> : null}
        {pane === 'rules' ? <RulesPane model={model} trans={trans} /> : null}
        {pane === 'recipe' ? <RecipePane {...props} /> : null}
      </div>
    </nav>
  );
}

function RecipePane(props: ISideProps): React.JSX.Element {
  const { model, trans } = props;
  return (
    <>
      <StepList {...props} />
      {model.isReady && model.steps.length === 0 ? (
        <p>
          {trans.__(
            'Add steps to clean and shape the table. Each can be changed, moved or taken out later.'
          )}
        </p>
      ) : null}
    </>
  );
}

interface ITab {
  name: Pane;
  label: string;
  count?: number;
}

function tabsOf({ model, trans }: ISideProps): readonly ITab[] {
  const { opening } = model;
  const tabs: (ITab & { verb: string | null })[] = [
    { name: 'recipe', label: trans.__('Recipe'), verb: null },
    { name: 'suggest', label: trans.__('Suggest'), verb: 'assist.suggest' },
    {
      name: 'rules',
      label: trans.__('Rules'),
      verb: 'rules.check',
      count: model.tools.rules.items.length
    }
  ];
  return model.isReady ? tabs.filter(({ verb }) => verb === null || opening.can(verb)) : [];
}

function walk(event: React.KeyboardEvent<HTMLElement>): void {
  const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (way !== undefined) {
    const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')];
    const at = tabs.findIndex(tab => tab === document.activeElement);
    const next = tabs[(at + way + tabs.length) % tabs.length];
    next?.focus();
    next?.click();
    event.preventDefault();
  }
}
