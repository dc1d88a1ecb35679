import { MainAreaWidget, Notification, WidgetTracker } from '@jupyterlab/apputils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { experimentsIcon } from '../ui';
import { CompareModel } from './compare-model';
import { CompareView } from './compare-view';
import type { IExperimentsContext } from './context';

const COMPARE = 'mlstudio:experiments-compare';
const PREFIX = 'mlstudio-compare-';

type Tab = MainAreaWidget<CompareView>;

/** Register the comparison of runs: its command, and a tab for each set of runs. */
export function addCompare(context: IExperimentsContext): void {
  const { app, studio, trans, restorer } = context;
  const tracker = new WidgetTracker<Tab>({ namespace: 'mlstudio-run-comparisons' });
  studio.changed.connect((_, change) => {
    tracker.forEach(tab => tab.isVisible && tab.content.model.note(change));
  });
  app.commands.addCommand(COMPARE, {
    label: trans.__('Compare Runs'),
    caption: trans.__('Put runs beside each other, and see what explains how they differ'),
    icon: experimentsIcon,
    isEnabled: args => idsIn(args).length > 1,
    execute: async args => {
      const ids = idsIn(args);
      if (ids.length < 2) {
        Notification.warning(trans.__('Choose two runs or more to compare them.'));
        return;
      }
      const key = PREFIX + ids.join('-').slice(0, 400);
      const tab = tracker.find(({ id }) => id === key) ?? created(context, key, ids);
      if (!tab.isAttached) {
        app.shell.add(tab, 'main', { type: 'ML Studio' });
      }
      if (!tracker.has(tab)) {
        await tracker.add(tab);
      }
      app.shell.activateById(tab.id);
    },
    describedBy: {
      args: {
        type: 'object',
        required: ['run_ids'],
        properties: {
          run_ids: {
            type: 'array',
            items: { type: 'string' },
            description: trans.__('Ids of the runs, the reference first')
          }
        }
      }
    }
  });
  void restorer?.restore(tracker, {
    command: COMPARE,
    args: ({ content }) => ({ run_ids: [...content.model.ids] }),
    name: ({ id }) => id
  });
}

function created({ studio, trans, openRun }: IExperimentsContext, key: string, ids: string[]): Tab {
  const model = new CompareModel(studio.api, ids);
  const content = new CompareView(model, { openRun }, trans);
  const tab = new MainAreaWidget({ content });
  tab.id = key;
  tab.title.icon = experimentsIcon;
  tab.title.label = trans.__('Comparison');
  tab.title.closable = true;
  tab.toolbar.hide();
  model.stateChanged.connect(() => {
    const names = (model.comparison?.runs ?? []).map(({ name }) => name);
    tab.title.label = names.length === 2 ? names.join(' – ') : trans.__('Comparison');
    tab.title.caption = names.slice(0, 20).join(', ');
  });
  content.disposed.connect(() => model.dispose());
  void model.refresh();
  return tab;
}

function idsIn(args: ReadonlyPartialJSONObject): string[] {
  const ids = args['run_ids'];
  return Array.isArray(ids) ? [...new Set(ids.map(String))] : [];
}
