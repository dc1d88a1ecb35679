import type { WorkflowNode } from './workflow-types';

/** What a dragged entry of the palette is in the browser's words. */
export const DRAGGED = 'application/x-mlstudio-node';

/** A node that can be added. */
export interface IOffer {
  readonly fields: Partial<WorkflowNode>;
  /** The name that it would get. */
  readonly wanted: string;
}

/** Make a name for a node from the path of what it runs. */
export function nameOf(path: string): string {
  return path
    .replace(/^.*\//, '')
    .replace(/(\.\w+)+$/, '')
    .replace(/^[\d\W_]+/, '');
}
