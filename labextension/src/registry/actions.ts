import type { LineageNode } from './origin';
import type { ModelVersion, VersionsModel } from './versions';

/** What the view asks of the application. */
export interface IModelActions {
  /** Puts a version behind an endpoint; null when there is nothing that serves. */
  readonly deploy: ((name: string, version: number) => void) | null;
  /** Shows a run; null when there is nothing that shows runs. */
  readonly openRun: ((runId: string) => void) | null;
  /** Shows an endpoint; null when there is nothing that serves. */
  readonly openEndpoint: ((id: string) => void) | null;
  /** Compares runs; null when there is nothing that does. */
  readonly compareRuns: ((runIds: readonly string[]) => void) | null;
  /** Shows what a thing of a lineage stands for; null when there is nothing to show it. */
  readonly openNode: (node: LineageNode) => (() => void) | null;
  /** The address of a version, to be copied. */
  readonly address: (version: ModelVersion) => string;
  readonly promote: (model: VersionsModel, version: number) => void;
  readonly exportVersion: (name: string, version: number) => void;
  readonly importVersion: () => void;
  readonly removeVersion: (model: VersionsModel, version: number) => void;
  readonly remove: (model: VersionsModel) => void;
  /** Draws Markdown into an element, in such a way that nothing in it can run. */
  readonly draw: (markdown: string, into: HTMLElement) => void;
  /** Saves a text as a file of the user's. */
  readonly download: (text: string, filename: string) => void;
  /** Does what changes the model, and tells the user if it fails. */
  readonly attempt: (change: Promise<void>) => void;
}
