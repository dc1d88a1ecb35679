import type { Json, WorkflowParameter, WorkflowRunSpec } from './workflow-types';

/** What the view of a workflow asks of the application. */
export interface IWorkflowActions {
  /** Show a job with its cells. */
  readonly openJob: (id: string) => void;
  /** Open a file of the project. */
  readonly openFile: (path: string) => void;
  /** Open a file as text. */
  readonly openText: (path: string) => void;
  /** Let somebody choose a file whose name ends so; its path from the workflow's folder, or null. */
  readonly pickFile: (ending: string) => Promise<string | null>;
  /** Name the notebooks around the workflow, by their paths from its folder. */
  readonly notebooks: () => Promise<readonly string[]>;
  /** Return a path of JupyterLab as one from the project folder. */
  readonly localPath: (path: string) => string;
  /** Ask whether something is to be removed. */
  readonly confirm: (title: string, body: string, label: string) => Promise<boolean>;
  /** Ask for the parameters of a run; null if it shall not begin. */
  readonly askParameters: (
    parameters: Readonly<Record<string, WorkflowParameter>>,
    last: Readonly<Record<string, Json>>,
    part: string
  ) => Promise<WorkflowRunSpec['parameters'] | null>;
  /** Tell something that somebody should know. */
  readonly tell: (message: string) => void;
  /** Tell of a failure. */
  readonly fail: (error: unknown) => void;
  /** Show the menu of what is seldom done. */
  readonly openMenu: (x: number, y: number) => void;
  /** Run one of the commands of workflows on this view. */
  readonly command: (id: string) => void;
}
