import { pythonIcon, notebookIcon, type LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { SearchField } from '../ui';
import { iconOf } from './workflow-cards';
import type { WorkflowDesk } from './workflow-desk';
import { DRAGGED, nameOf, type IOffer } from './workflow-offers';

interface IEntry extends IOffer {
  readonly label: string;
  readonly help: string;
  readonly icon: LabIcon;
}

/** The drawer from which nodes are taken: with a click, Enter, or by dragging. */
export function Palette({ desk }: { desk: WorkflowDesk }): React.JSX.Element {
  const { trans, model } = desk;
  const [search, setSearch] = React.useState('');
  const notebooks = useNotebooks(desk);
  const fits = ({ label, help }: IEntry): boolean =>
    `${label} ${help}`.toLowerCase().includes(search.trim().toLowerCase());
  const chosen = model.selected;
  return (
    <aside className="jp-mlstudio-Workflow-palette" aria-label={trans.__('Nodes to add')}>
      <SearchField label={trans.__('Search nodes')} value={search} onChange={setSearch} />
      <p className="jp-mlstudio-Hint">
        {chosen
          ? trans.__('A click adds behind “%1”; or drag.', chosen.title || chosen.id)
          : trans.__('Click to add, or drag onto the canvas.')}
      </p>
      <Group desk={desk} title={trans.__('Code')} entries={codeEntries(desk).filter(fits)} />
      <Group desk={desk} title={trans.__('Ready-made')} entries={readyEntries(desk).filter(fits)} />
      <Group
        desk={desk}
        title={trans.__('Notebooks here')}
        entries={notebooks.map(notebookEntry).filter(fits)}
      />
    </aside>
  );
}

interface IGroupProps {
  readonly desk: WorkflowDesk;
  readonly title: string;
  readonly entries: readonly IEntry[];
}

function Group({ desk, title, entries }: IGroupProps): React.JSX.Element | null {
  if (entries.length === 0) {
    return null;
  }
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {entries.map(entry => (
          <li key={`${entry.label} ${entry.wanted}`}>
            <button
              type="button"
              draggable
              title={entry.help}
              onClick={() => void take(desk, entry)}
              onDragStart={event => {
                const { fields, wanted } = entry;
                event.dataTransfer.setData(DRAGGED, JSON.stringify({ fields, wanted }));
                event.dataTransfer.effectAllowed = 'copy';
              }}
            >
              <entry.icon.react tag="span" elementSize="normal" />
              <span>{entry.label}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

async function take(desk: WorkflowDesk, { fields, wanted }: IOffer): Promise<void> {
  if (wanted !== ANY_NOTEBOOK) {
    desk.add(fields, wanted);
    return;
  }
  const notebook = await desk.actions.pickFile('.ipynb');
  if (notebook) {
    desk.add({ notebook }, nameOf(notebook));
  }
}

const ANY_NOTEBOOK = 'notebook';

function codeEntries({ trans }: WorkflowDesk): IEntry[] {
  return [
    {
      label: trans.__('Notebook…'),
      help: trans.__('Run a notebook with parameters'),
      icon: notebookIcon,
      fields: {},
      wanted: ANY_NOTEBOOK
    },
    {
      label: trans.__('Python function'),
      help: trans.__('Call a function of a Python file of the project'),
      icon: pythonIcon,
      fields: { function: 'steps.py:main' },
      wanted: 'function'
    }
  ];
}

function readyEntries({ model }: WorkflowDesk): IEntry[] {
  return model.palette.map(({ name, title, help }) => ({
    label: title,
    help,
    icon: iconOf({ use: name }),
    fields: { use: name },
    wanted: name
  }));
}

function notebookEntry(notebook: string): IEntry {
  const label = notebook.replace(/\.ipynb$/, '');
  return {
    label,
    help: notebook,
    icon: notebookIcon,
    fields: { notebook },
    wanted: nameOf(notebook)
  };
}

function useNotebooks(desk: WorkflowDesk): readonly string[] {
  const [notebooks, setNotebooks] = React.useState<readonly string[]>([]);
  React.useEffect(() => {
    let shown = true;
    void desk.actions.notebooks().then(found => shown && setNotebooks(found));
    return () => {
      shown = false;
    };
  }, [desk]);
  return notebooks;
}
