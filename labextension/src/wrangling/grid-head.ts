import { CellRenderer, type GraphicsContext } from '@lumino/datagrid';

import { number, percent } from '../ui';
import { clear, type ILook } from './grid-look';
import { colorOf, type IPainted } from './grid-cells';
import type { Profile } from './table';
import { shortType } from './values';

export const HEAD_HEIGHT = 84;
/** How wide the place is, at the right end of a head, where a click sorts. */
export const SORT_WIDTH = 22;

const PAD = 8;
const CHART_TOP = 38;
const CHART_BOTTOM = 76;
const TOP_SHOWN = 3;

export interface IHeads extends IPainted {
  profile: (column: string) => Profile | null;
  /** `true` if sorted with the largest first, `null` if not sorted by it. */
  descending: (column: string) => boolean | null;
  chosen: string | null;
}

interface IBox {
  x: number;
  y: number;
  width: number;
}

/** Paints the head of a column: name, type, missing share, and the shape of its values. */
export class HeadRenderer extends CellRenderer {
  constructor(private readonly _heads: () => IHeads) {
    super();
  }

  override paint(gc: GraphicsContext, config: CellRenderer.CellConfig): void {
    const heads = this._heads();
    const column = heads.columns[config.column];
    if (!column) {
      return;
    }
    const profile = heads.profile(column.name);
    gc.textBaseline = 'middle';
    this._paintGround(gc, config, column.name, heads);
    this._paintName(gc, config, column.name, heads);
    this._paintFacts(gc, config, shortType(column.dtype), profile, heads.look);
    if (profile) {
      paintChart(gc, config, profile, heads.look);
      paintMissing(gc, config, profile, heads.look);
    }
  }

  private _paintGround(
    gc: GraphicsContext,
    box: CellRenderer.CellConfig,
    name: string,
    heads: IHeads
  ): void {
    const { look, chosen } = heads;
    gc.fillStyle = look.raised;
    gc.fillRect(box.x, box.y, box.width, box.height);
    const mark = heads.mark(name);
    if (mark || chosen === name) {
      gc.fillStyle = clear(mark ? colorOf(mark, look) : look.brand, mark ? 0.2 : 0.12);
      gc.fillRect(box.x, box.y, box.width, box.height);
    }
    if (chosen === name) {
      gc.fillStyle = look.brand;
      gc.fillRect(box.x, box.y, box.width, 2);
    }
  }

  private _paintName(
    gc: GraphicsContext,
    box: CellRenderer.CellConfig,
    name: string,
    heads: IHeads
  ): void {
    const { look } = heads;
    const mark = heads.mark(name);
    const sign = mark === 'added' ? '+ ' : mark === 'changed' ? '~ ' : mark === 'leak' ? '⚠ ' : '';
    gc.font = look.strong;
    gc.fillStyle = mark ? colorOf(mark, look) : look.text;
    gc.textAlign = 'left';
    gc.fillText(elided(gc, sign + name, box.width - PAD - SORT_WIDTH), box.x + PAD, box.y + 14);
    const descending = heads.descending(name);
    gc.font = look.small;
    gc.fillStyle = descending === null ? clear(look.faint, 0.7) : look.brand;
    gc.textAlign = 'center';
    const arrow = descending === null ? '⇅' : descending ? '▼' : '▲';
    gc.fillText(arrow, box.x + box.width - SORT_WIDTH / 2, box.y + 14);
  }

  private _paintFacts(
    gc: GraphicsContext,
    box: CellRenderer.CellConfig,
    dtype: string,
    profile: Profile | null,
    look: ILook
  ): void {
    const share = profile?.missing_share ?? 0;
    const missing = share > 0 ? `${percent(share)} ∅` : '';
    gc.font = look.small;
    gc.textAlign = 'right';
    gc.fillStyle = look.warning;
    gc.fillText(missing, box.x + box.width - PAD, box.y + 29);
    gc.textAlign = 'left';
    gc.fillStyle = look.quiet;
    const room = box.width - 2 * PAD - (missing ? gc.measureText(missing).width + 6 : 0);
    gc.fillText(elided(gc, dtype, room), box.x + PAD, box.y + 29);
  }
}

function paintChart(
  gc: GraphicsContext,
  config: CellRenderer.CellConfig,
  profile: Profile,
  look: ILook
): void {
  const box = { x: config.x + PAD, y: config.y, width: config.width - 2 * PAD };
  if (profile.histogram && profile.histogram.counts.length > 0) {
    paintHistogram(gc, box, profile.histogram.counts, look);
  } else {
    paintTop(gc, box, profile, look);
  }
}

function paintHistogram(
  gc: GraphicsContext,
  box: IBox,
  counts: readonly number[],
  look: ILook
): void {
  const largest = Math.max(...counts, 1);
  const step = box.width / counts.length;
  const height = CHART_BOTTOM - CHART_TOP;
  gc.fillStyle = clear(look.brand, 0.65);
  counts.forEach((count, index) => {
    // A bar that is there at all can be seen.
    const tall = count > 0 ? Math.max((count / largest) * height, 1) : 0;
    gc.fillRect(box.x + index * step, box.y + CHART_BOTTOM - tall, Math.max(step - 1, 1), tall);
  });
  gc.fillStyle = look.line;
  gc.fillRect(box.x, box.y + CHART_BOTTOM, box.width, 1);
}

function paintTop(gc: GraphicsContext, box: IBox, profile: Profile, look: ILook): void {
  const present = Math.max(profile.rows - profile.missing, 1);
  const more = profile.distinct > TOP_SHOWN;
  const shown = profile.top.slice(0, more ? TOP_SHOWN - 1 : TOP_SHOWN);
  gc.font = look.small;
  shown.forEach(({ value, count }, index) => {
    const y = box.y + CHART_TOP + index * 13;
    const share = count / present;
    gc.fillStyle = clear(look.brand, 0.28);
    gc.fillRect(box.x, y, Math.max(box.width * share, 1), 12);
    const text = percent(share);
    gc.fillStyle = look.quiet;
    gc.textAlign = 'right';
    gc.fillText(text, box.x + box.width - 2, y + 6.5);
    gc.fillStyle = look.text;
    gc.textAlign = 'left';
    gc.fillText(elided(gc, value, box.width - gc.measureText(text).width - 10), box.x + 3, y + 6.5);
  });
  if (more) {
    gc.fillStyle = look.quiet;
    gc.textAlign = 'left';
    const rest = `${profile.exactness === 'sampled' ? '≈ ' : ''}${number(profile.distinct)} values`;
    gc.fillText(
      elided(gc, rest, box.width),
      box.x + 3,
      box.y + CHART_TOP + shown.length * 13 + 6.5
    );
  }
}

function paintMissing(
  gc: GraphicsContext,
  box: CellRenderer.CellConfig,
  profile: Profile,
  look: ILook
): void {
  if (profile.missing > 0) {
    const width = Math.max((box.width - 2 * PAD) * profile.missing_share, 2);
    gc.fillStyle = look.warning;
    gc.fillRect(box.x + PAD, box.y + CHART_BOTTOM + 3, width, 2);
  }
}

function elided(gc: GraphicsContext, text: string, room: number): string {
  if (room <= 0 || gc.measureText(text).width <= room) {
    return room <= 0 ? '' : text;
  }
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (gc.measureText(`${text.slice(0, middle)}…`).width <= room) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return `${text.slice(0, low)}…`;
}
