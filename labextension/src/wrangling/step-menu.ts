import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import type { IPartProps, IWranglingActions } from './actions';
import * as recipes from './recipes';

interface IStepMenuProps extends IPartProps {
  actions: IWranglingActions;
  position: number;
  /** Begins to write a name and a remark. */
  note: () => void;
}

interface IEntry {
  label: string;
  keys?: string;
  enabled?: boolean;
  execute: () => unknown;
}

const NOTHING = { type: 'object', properties: {} } as const;

/** Open the menu with all that can be done with a step. */
export function openStepMenu(props: IStepMenuProps, { x, y }: { x: number; y: number }): void {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  for (const [index, entry] of entries(props).entries()) {
    if (entry === null) {
      menu.addItem({ type: 'separator' });
      continue;
    }
    const command = String(index);
    commands.addCommand(command, {
      label: entry.label,
      describedBy: { args: NOTHING },
      isEnabled: () => entry.enabled ?? true,
      execute: entry.execute
    });
    menu.addItem({ command });
    if (entry.keys) {
      commands.addKeyBinding({ command, keys: [entry.keys], selector: '.jp-mlstudio-none' });
    }
  }
  menu.aboutToClose.connect(() => setTimeout(() => menu.dispose()));
  menu.open(x, y);
}

function entries(props: IStepMenuProps): readonly (IEntry | null)[] {
  const { model, trans, actions, position, note } = props;
  const off = model.steps[position]?.on === false;
  const last = model.steps.length - 1;
  const change = (recipe: recipes.Recipe): void => void model.change(recipe, model.looked);
  return [
    { label: trans.__('Edit'), execute: () => model.look(position + 1) },
    { label: trans.__('Name and Note'), keys: 'F2', execute: note },
    {
      label: off ? trans.__('Switch On') : trans.__('Switch Off'),
      execute: () => model.toggle(position)
    },
    {
      label: trans.__('Switch This and All Later Steps Off or On'),
      enabled: position < last,
      execute: () => change(recipes.cut(model.recipe, position))
    },
    null,
    {
      label: trans.__('Move Up'),
      keys: 'Alt ArrowUp',
      enabled: position > 0,
      execute: () => model.move(position, position - 1)
    },
    {
      label: trans.__('Move Down'),
      keys: 'Alt ArrowDown',
      enabled: position < last,
      execute: () => model.move(position, position + 1)
    },
    {
      label: trans.__('Duplicate'),
      execute: () => change(recipes.doubled(model.recipe, position))
    },
    { label: trans.__('Branch Recipe…'), execute: () => actions.branch(model) },
    null,
    { label: trans.__('Delete'), keys: 'Delete', execute: () => model.remove(position) }
  ];
}
