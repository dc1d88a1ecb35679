import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import {
  ABCWidgetFactory,
  DocumentWidget,
  type DocumentRegistry,
  type IDocumentWidget
} from '@jupyterlab/docregistry';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';

import type { Changed } from '../api';
import type { IStudio } from '../tokens';
import type { IWorkflowActions } from './workflow-actions';
import { WorkflowDesk } from './workflow-desk';
import { workflowIcon } from './workflow-icons';
import { WorkflowPanel } from './workflow-panel';
import { DocumentText } from './workflow-text';

/** The name that "Open With" shows. */
export const FACTORY = 'Workflow';

/** How the name of a workflow's file ends. */
export const ENDING = '.workflow.yaml';

const FILE_TYPE = 'mlstudio-workflow';

/** The document that shows a workflow. */
export type WorkflowDocument = IDocumentWidget<WorkflowPanel>;

export interface IDocumentOptions {
  readonly app: JupyterFrontEnd;
  readonly studio: IStudio;
  readonly translator: ITranslator | null;
  readonly trans: TranslationBundle;
  /** Makes what a view asks of the application. */
  readonly actions: (desk: () => WorkflowDesk) => IWorkflowActions;
}

/** Opens workflow files as canvases. */
class WorkflowFactory extends ABCWidgetFactory<WorkflowDocument> {
  constructor(private readonly _options: IDocumentOptions) {
    super({
      name: FACTORY,
      label: _options.trans.__('Workflow'),
      modelName: 'text',
      fileTypes: [FILE_TYPE],
      defaultFor: [FILE_TYPE],
      canStartKernel: false,
      translator: _options.translator ?? undefined
    });
  }

  protected override createNewWidget(context: DocumentRegistry.Context): WorkflowDocument {
    const { app, studio, trans, actions } = this._options;
    const { contents } = app.serviceManager;
    const text = new DocumentText(context, path => contents.localPath(path));
    const desk: WorkflowDesk = new WorkflowDesk(
      studio.api,
      text,
      actions(() => desk),
      trans
    );
    const content = new WorkflowPanel(desk);
    content.title.icon = workflowIcon;
    const widget = new DocumentWidget({ content, context });
    widget.toolbar.hide();
    const hear = (_: object, changed: Changed): void => desk.runs.hear(changed);
    const look = (): void => desk.model.lookAgain();
    studio.changed.connect(hear);
    contents.fileChanged.connect(look);
    content.disposed.connect(() => {
      studio.changed.disconnect(hear);
      contents.fileChanged.disconnect(look);
      desk.dispose();
    });
    void context.ready.then(() => desk.open());
    return widget;
  }
}

/** Register the kind of file, the factory, and the tracker that opens the views again after a reload. */
export function addDocuments(
  options: IDocumentOptions,
  restorer: ILayoutRestorer | null
): WidgetTracker<WorkflowDocument> {
  const { app, trans } = options;
  app.docRegistry.addFileType({
    name: FILE_TYPE,
    displayName: trans.__('Workflow'),
    extensions: [ENDING, '.workflow.yml'],
    mimeTypes: ['application/x-yaml'],
    contentType: 'file',
    fileFormat: 'text',
    icon: workflowIcon
  });
  const factory = new WorkflowFactory(options);
  const tracker = new WidgetTracker<WorkflowDocument>({ namespace: 'mlstudio-workflows' });
  factory.widgetCreated.connect((_, widget) => {
    widget.context.pathChanged.connect(() => void tracker.save(widget));
    void tracker.add(widget);
  });
  app.docRegistry.addWidgetFactory(factory);
  void restorer?.restore(tracker, {
    command: 'docmanager:open',
    args: ({ context }) => ({ path: context.path, factory: FACTORY }),
    name: ({ context }) => context.path
  });
  return tracker;
}
