import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { SidePanel } from '@jupyterlab/ui-components';

import { servingIcon } from '../ui';
import type { IFollowContext } from './follow-up';
import type { Refresh } from './refresh';
import { askAndTransform, begin, type ITransformContext } from './transform';
import { TransformsPanel } from './transforms';
import { TransformsModel } from './transforms-model';

const TRANSFORM = 'mlstudio:serving-transform';
const OPEN_TABLE = 'mlstudio:wrangling-open';
const OPEN_JOB = 'mlstudio:jobs-open';

export interface ITransformPlaces extends IFollowContext {
  readonly app: JupyterFrontEnd;
  readonly palette: ICommandPalette | null;
  readonly files: IFileBrowserFactory | null;
  readonly sidebar: SidePanel;
  readonly refresh: Refresh;
  /** The endpoint whose view is in front. */
  readonly current: () => string | null;
  /** Lets the user choose a data file; null where there are no files to choose from. */
  readonly pickFile: (() => Promise<string | null>) | null;
}

/** Add batch transforms: the list in the sidebar, and the command that begins one. */
export function addTransforms(places: ITransformPlaces): void {
  const { app, palette, sidebar, refresh, studio, trans } = places;
  const transforms = new TransformsModel(studio.api);
  const context: ITransformContext = {
    ...places,
    transforms,
    get openTable() {
      return app.commands.hasCommand(OPEN_TABLE)
        ? (path: string) => void app.commands.execute(OPEN_TABLE, { path })
        : null;
    }
  };
  addCommand(places, context);
  palette?.addItem({ command: TRANSFORM, category: trans.__('ML Studio') });
  const panel = new TransformsPanel(transforms, actions(app, context), trans);
  sidebar.addWidget(panel);
  refresh.while(panel, 'transforms', () => transforms.follow());
  studio.changed.connect((_, { kind, id }) => {
    if (kind === 'job' && transforms.items.some(transform => transform.id === id)) {
      void transforms.refresh();
    }
  });
  void app.started.then(() => transforms.refresh());
}

function addCommand(places: ITransformPlaces, context: ITransformContext): void {
  const { app, files, current, trans, fail } = places;
  const selected = (): string =>
    files?.tracker.currentWidget?.selectedItems().next().value?.path ?? '';
  app.commands.addCommand(TRANSFORM, {
    label: args =>
      args['isContext'] ? trans.__('Batch Transform…') : trans.__('Batch Transform a File…'),
    caption: trans.__('Send a whole file of rows through a model'),
    icon: args => (args['isContext'] ? servingIcon : undefined),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: { type: 'string', description: 'The file of rows; the user chooses if not given.' },
          endpoint_id: {
            type: 'string',
            description: 'Id of the endpoint whose model answers; the one in front if not given.'
          }
        }
      }
    },
    execute: async args => {
      const { path, endpoint_id, isContext } = args;
      const wanted = {
        path: typeof path === 'string' ? path : isContext ? selected() : '',
        endpointId: typeof endpoint_id === 'string' ? endpoint_id : current()
      };
      await askAndTransform(context, wanted).catch(fail);
    }
  });
}

function actions(
  { commands }: JupyterFrontEnd,
  context: ITransformContext
): ConstructorParameters<typeof TransformsPanel>[1] {
  const { transforms, fail } = context;
  return {
    create: () => void commands.execute(TRANSFORM),
    open: ({ id, result }) => {
      if (result && context.openTable) {
        context.openTable(result.output);
      } else if (commands.hasCommand(OPEN_JOB)) {
        void commands.execute(OPEN_JOB, { job_id: id });
      }
    },
    openErrors: path => context.openTable?.(path),
    stop: ({ id }) => void transforms.stop(id).catch(fail),
    again: ({ spec, label }) => void begin(context, spec, label).catch(fail),
    remove: ({ id }) => void transforms.remove(id).catch(fail)
  };
}
