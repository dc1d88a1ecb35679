import { fileIcon, notebookIcon, spreadsheetIcon, type LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';

import { experimentsIcon, jobsIcon, registryIcon, servingIcon, wranglingIcon } from '../ui';
import type { Lineage, LineageNode } from './origin';

type Kind = LineageNode['kind'];

/** The kinds of things in a lineage, in the order in which they come about. */
export const KINDS: readonly Kind[] = [
  'data',
  'recipe',
  'notebook',
  'job',
  'run',
  'version',
  'endpoint'
];

/** What a kind of thing is called. */
export function kindLabel(kind: Kind, trans: TranslationBundle): string {
  return {
    data: trans.__('Data'),
    recipe: trans.__('Recipe'),
    notebook: trans.__('Notebook'),
    job: trans.__('Job'),
    run: trans.__('Run'),
    version: trans.__('Model version'),
    endpoint: trans.__('Endpoint')
  }[kind];
}

/** What the state of a job, run or endpoint is called. */
export function stateLabel(state: string, trans: TranslationBundle): string {
  const labels: Record<string, string> = {
    scheduled: trans.__('Scheduled'),
    queued: trans.__('Queued'),
    running: trans.__('Running'),
    finished: trans.__('Finished'),
    succeeded: trans.__('Succeeded'),
    failed: trans.__('Failed'),
    killed: trans.__('Killed'),
    stopped: trans.__('Stopped'),
    starting: trans.__('Starting'),
    ready: trans.__('Ready'),
    asleep: trans.__('Asleep')
  };
  return labels[state] ?? state;
}

/** The icon of a kind of thing. */
export function kindIcon(kind: Kind): LabIcon {
  const icons: Record<Kind, LabIcon> = {
    data: spreadsheetIcon,
    recipe: wranglingIcon,
    notebook: notebookIcon,
    job: jobsIcon,
    run: experimentsIcon,
    version: registryIcon,
    endpoint: servingIcon
  };
  return icons[kind] ?? fileIcon;
}

/** The things that a thing came from and that came from it, directly. */
export function neighbours(
  lineage: Lineage,
  id: string
): { from: readonly LineageNode[]; to: readonly LineageNode[] } {
  const nodes = new Map(lineage.nodes.map(node => [node.id, node]));
  const found = (ids: string[]): LineageNode[] => ids.flatMap(each => nodes.get(each) ?? []);
  return {
    from: found(lineage.links.filter(({ target }) => target === id).map(({ source }) => source)),
    to: found(lineage.links.filter(({ source }) => source === id).map(({ target }) => target))
  };
}

/** Everything that a thing came from or that came from it, by any number of links, and the thing itself. */
export function kin({ links }: Pick<Lineage, 'links'>, id: string): ReadonlySet<string> {
  const reached = new Set([id]);
  const walk = (at: string, next: (at: string) => readonly string[]): void => {
    for (const each of next(at)) {
      if (!reached.has(each)) {
        reached.add(each);
        walk(each, next);
      }
    }
  };
  walk(id, at => links.filter(({ target }) => target === at).map(({ source }) => source));
  walk(id, at => links.filter(({ source }) => source === at).map(({ target }) => target));
  return reached;
}
