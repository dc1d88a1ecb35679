import type { TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon, pythonIcon, type LabIcon } from '@jupyterlab/ui-components';

import { duration, experimentsIcon, registryIcon, servingIcon, wranglingIcon } from '../ui';
import { needsIn, nodeOf, nodesOf } from './workflow-graph';
import { referred, rootsOf } from './workflow-references';
import type {
  NodeRun,
  ReadyMade,
  RunDetail,
  Workflow,
  WorkflowNode,
  WorkflowProblem
} from './workflow-types';

/** What the card of a node shows, on the canvas and in the list. */
export interface ICard {
  readonly id: string;
  readonly title: string;
  /** What it runs: the notebook, the function, the ready-made node. */
  readonly subtitle: string;
  readonly icon: LabIcon;
  /** Its state in the run that is shown; null if no run is. */
  readonly state: string | null;
  readonly stateLabel: string;
  /** How long it ran, or runs; empty before. */
  readonly time: string;
  /** Of a for-each: for what, or how many are done; empty for other nodes. */
  readonly each: string;
  /** What is wrong with it. */
  readonly problems: readonly string[];
  /** How much of it is done, from 0 to 1; null if it does not run. */
  readonly progress: number | null;
}

/** A line from a node to one that needs it. */
export interface ILine {
  readonly source: string;
  readonly target: string;
  /** Whether a reference or a condition draws it, so that it goes only with that. */
  readonly implied: boolean;
  /** The condition under which the later one runs; empty if there is none. */
  readonly label: string;
  /** How far the run that is shown has come along it; null if no run is. */
  readonly state: string | null;
}

/** What cards are made of. */
export interface ICardSource {
  readonly workflow: Workflow;
  readonly palette: readonly ReadyMade[];
  readonly problems: readonly WorkflowProblem[];
  readonly run: RunDetail | null;
  readonly trans: TranslationBundle;
  readonly now: number;
}

/** Make a card for every node; a card that would look the same is the same object as before. */
export function cardsOf(source: ICardSource, old: readonly ICard[]): readonly ICard[] {
  const known = new Map(old.map(card => [card.id, card]));
  return nodesOf(source.workflow).map(node => {
    const card = cardOf(node, source);
    const before = known.get(card.id);
    return before && isSame(before, card) ? before : card;
  });
}

/** Make the lines between the cards. */
export function linesOf({ workflow, run, trans }: ICardSource): readonly ILine[] {
  return needsIn(workflow).map(({ source, target, implied }) => {
    const node = nodeOf(workflow, target);
    const state = run?.nodes.find(({ id }) => id === source)?.state ?? null;
    const after = run?.nodes.find(({ id }) => id === target)?.state;
    return {
      source,
      target,
      implied,
      label: labelOf(node, source, workflow, trans),
      state: after === 'skipped' || after === 'waiting' ? state && after : state
    };
  });
}

/** Say in a word where a node is on its way. */
export function nodeStateLabel(state: string, trans: TranslationBundle): string {
  const words: Record<string, string> = {
    waiting: trans.__('Waiting'),
    running: trans.__('Running'),
    succeeded: trans.__('Succeeded'),
    failed: trans.__('Failed'),
    stopped: trans.__('Stopped'),
    skipped: trans.__('Skipped'),
    cached: trans.__('Cached')
  };
  return words[state] ?? state;
}

/** Say what a node runs. */
export function whatOf(
  { notebook, function: code, use }: WorkflowNode,
  palette: readonly ReadyMade[],
  trans: TranslationBundle
): string {
  const ready = palette.find(({ name }) => name === use);
  return notebook ?? code ?? ready?.title ?? use ?? trans.__('Nothing chosen yet');
}

/** The icon of a kind of node. */
export function iconOf({ notebook, use }: Partial<WorkflowNode>): LabIcon {
  if (notebook) {
    return notebookIcon;
  }
  const icons: readonly (readonly [RegExp, LabIcon])[] = [
    [/wrangl|clean|prepare/, wranglingIcon],
    [/regist/, registryIcon],
    [/deploy|batch|serv/, servingIcon],
    [/./, experimentsIcon]
  ];
  return icons.find(([words]) => words.test(use ?? ''))?.[1] ?? pythonIcon;
}

function cardOf(node: WorkflowNode, source: ICardSource): ICard {
  const { palette, problems, run, trans, now } = source;
  const ran = run?.nodes.find(({ id }) => id === node.id);
  return {
    id: node.id,
    title: node.title || node.id,
    subtitle: whatOf(node, palette, trans),
    icon: iconOf(node),
    state: ran?.state ?? null,
    stateLabel: ran ? nodeStateLabel(ran.state, trans) : '',
    time: ran ? timeOf(ran, now) : '',
    each: node.for_each ? eachOf(ran, trans) : '',
    problems: problems.filter(problem => problem.node === node.id).map(({ message }) => message),
    progress: ran?.state === 'running' ? progressOf(ran) : null
  };
}

function timeOf({ started_at, ended_at, state }: NodeRun, now: number): string {
  if (started_at === null || state === 'cached') {
    return '';
  }
  const end = ended_at === null ? now : Date.parse(ended_at);
  const ran = Math.max(0, end - Date.parse(started_at));
  return duration(ended_at === null ? Math.floor(ran / SECOND) * SECOND : ran);
}

function eachOf(ran: NodeRun | undefined, trans: TranslationBundle): string {
  const total = ran?.items.length ?? 0;
  if (!ran || total === 0) {
    return trans.__('for each');
  }
  const done = ran.items.filter(({ ended_at, state }) => ended_at !== null || state === 'cached');
  return ran.state === 'running' ? trans.__('%1 of %2', done.length, total) : `× ${total}`;
}

function progressOf({ items }: NodeRun): number {
  const shares = items.map(({ state, cells_done, cells_total }) =>
    state === 'running' ? cells_done / Math.max(1, cells_total) : state === 'waiting' ? 0 : 1
  );
  return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
}

// The condition stands on one line only: of those that it names the first, else the first of all.
function labelOf(
  node: WorkflowNode | undefined,
  source: string,
  workflow: Workflow,
  trans: TranslationBundle
): string {
  if (!node) {
    return '';
  }
  const sources = needsIn(workflow)
    .filter(({ target }) => target === node.id)
    .map(need => need.source);
  const named = node.when ? rootsOf(node.when) : [];
  const bearer = sources.find(id => named.includes(id)) ?? sources[0];
  const words: Record<string, string> = {
    any_succeeded: trans.__('any has succeeded'),
    any_failed: trans.__('any has failed'),
    all_done: trans.__('whatever happened')
  };
  const rule = words[node.run_if ?? ''];
  const said = [node.when ? short(node.when, bearer) : '', rule].filter(Boolean);
  return source === bearer ? said.join(' · ') : '';
}

// On the line from `train`, `train.outputs.auc > 0.8` reads best as `auc > 0.8`.
function short(condition: string, bearer: string | undefined): string {
  const inner = referred(condition) ?? condition;
  return bearer ? inner.replace(new RegExp(`\\b${bearer}\\.outputs\\.`, 'g'), '') : inner;
}

function isSame(one: ICard, other: ICard): boolean {
  const keys = Object.keys(one) as (keyof ICard)[];
  return keys.every(key => String(one[key]) === String(other[key]));
}

const SECOND = 1000;
