import { Notification } from '@jupyterlab/apputils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { chartCode } from './chart-code';
import { KINDS, type ChartSpec } from './chart-spec';
import type { IExperimentsContext } from './context';
import { addOutputs, registerRunWidgets } from './widget';

export const INSERT = 'mlstudio:experiments-insert-chart';

const RUN_CELL = 'notebook:run-cell';

/** Let charts be put into notebooks, and be drawn in their outputs. */
export function addCharts(context: IExperimentsContext): void {
  const { app, notebooks, trans, widgets } = context;
  app.commands.addCommand(INSERT, {
    label: trans.__('Put Chart into the Notebook'),
    caption: trans.__('Add a cell that draws this chart to the notebook in front, and run it'),
    isEnabled: () => notebooks?.currentWidget !== null,
    execute: async args => {
      const spec = specIn(args);
      if (spec) {
        await insert(context, spec);
      }
    },
    describedBy: {
      args: {
        type: 'object',
        required: ['spec'],
        properties: {
          spec: {
            type: 'object',
            description: trans.__('A chart: its kind, runs, metrics and columns'),
            properties: { kind: { type: 'string', enum: [...KINDS] } }
          }
        }
      }
    }
  });
  addOutputs(context);
  if (widgets) {
    registerRunWidgets(widgets, context);
  }
}

/** What puts a chart into the notebook in front; null if there is none. */
export function inserterOf(context: IExperimentsContext): ((spec: ChartSpec) => void) | null {
  const { app, notebooks } = context;
  return notebooks?.currentWidget
    ? spec => void app.commands.execute(INSERT, { spec: { ...spec } as ReadonlyPartialJSONObject })
    : null;
}

/** Add a cell below the active one through the shared model, so that others see it too, and run it. */
async function insert(
  { app, notebooks, trans }: IExperimentsContext,
  spec: ChartSpec
): Promise<void> {
  const panel = notebooks?.currentWidget;
  const notebook = panel?.content;
  const shared = notebook?.model?.sharedModel;
  if (!panel || !notebook || !shared) {
    Notification.warning(trans.__('No notebook is open. Open one and try again.'));
    return;
  }
  const place = notebook.activeCellIndex + 1;
  shared.insertCell(place, { cell_type: 'code', source: chartCode(spec), metadata: {} });
  notebook.activeCellIndex = place;
  notebook.deselectAll();
  app.shell.activateById(panel.id);
  await app.commands.execute(RUN_CELL);
}

function specIn(args: ReadonlyPartialJSONObject): ChartSpec | null {
  const spec = args['spec'];
  const isSpec =
    typeof spec === 'object' &&
    spec !== null &&
    KINDS.some(kind => 'kind' in spec && spec['kind'] === kind);
  return isSpec ? (spec as unknown as ChartSpec) : null;
}
