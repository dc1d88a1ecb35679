import { caretDownEmptyThinIcon } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import * as React from 'react';

import { Button } from '../ui';
import type { IPartProps } from './actions';
import type { Sheet } from './desk';

interface ITool {
  sheet: Sheet;
  /** What the session must be able to do. */
  verb: string | null;
  label: string;
  caption: string;
}

/** The tools beside the steps: the report, and what opens below the table. Those that the kernel lacks are not shown. */
export function Tools({ model, trans }: IPartProps): React.JSX.Element | null {
  const { desk, opening } = model;
  if (!model.isReady) {
    return null;
  }
  const tools = toolsOf(trans).filter(({ verb }) => verb === null || opening.can(verb));
  const open = (event: React.MouseEvent): void => {
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    openTools({ model, trans }, tools, left, bottom);
  };
  return (
    <>
      {opening.can('report.insights') ? (
        <Button
          aria-pressed={desk.reads}
          title={trans.__('What is wrong with this table, and how well it tells a target')}
          onClick={() => desk.read(!desk.reads)}
        >
          {trans.__('Report')}
        </Button>
      ) : null}
      <Button aria-haspopup="menu" aria-expanded={false} onClick={open}>
        {trans.__('Tools')}
        <caretDownEmptyThinIcon.react tag="span" width="14px" />
      </Button>
    </>
  );
}

function toolsOf(trans: IPartProps['trans']): readonly ITool[] {
  return [
    {
      sheet: 'example',
      verb: 'assist.example',
      label: trans.__('By Example…'),
      caption: trans.__('Type what you want in a few cells, get the step that makes it')
    },
    {
      sheet: 'clusters',
      verb: 'assist.clusters',
      label: trans.__('Cluster Similar Values…'),
      caption: trans.__('Find spellings of the same thing, and merge them')
    },
    {
      sheet: 'selection',
      verb: 'selection.select',
      label: trans.__('Select Features…'),
      caption: trans.__('Keep the columns that help to predict a target')
    },
    {
      sheet: 'code',
      verb: null,
      label: trans.__('Show Code'),
      caption: trans.__('The recipe as a program')
    }
  ];
}

function openTools({ model }: IPartProps, tools: readonly ITool[], x: number, y: number): void {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  for (const { sheet, label, caption } of tools) {
    commands.addCommand(sheet, {
      label,
      caption,
      isToggled: () => model.desk.sheet === sheet,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () =>
        model.desk.sheet === sheet ? model.desk.close() : model.desk.open(sheet, model.column)
    });
    menu.addItem({ command: sheet });
  }
  menu.aboutToClose.connect(() => setTimeout(() => menu.dispose()));
  menu.open(x, y);
}
