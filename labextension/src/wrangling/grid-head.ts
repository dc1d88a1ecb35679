import { clear, type ILook } from './grid-look';
import { colorOf, type IBox, type IPainted, type Mark } from './grid-cells';
import { fitted, fittedName, isolated, visible } from './grid-text';
import type { Column, Profile } from './table';
import { compact, isUnsure, shareWords, shortType, surenessSign, typeSign } from './values';

export const HEAD_HEIGHT = 102;
/** How wide the place is, at the right end of a head, where a click sorts. */
export const SORT_WIDTH = 24;

const PAD = 8;
const NAME_BOTTOM = 24;
const FACTS_TOP = 37;
const FACTS_BOTTOM = 53;
const CHART_TOP = 55;
const CHART_BOTTOM = 94;
const LINE = 13;
const TOP_SHOWN = 3;

/** A place of a column in the order of the rows. */
export interface IOrdered {
  descending: boolean;
  /** Which key it is, from 1; 0 if it is the only one. */
  place: number;
}

export interface IHeads extends IPainted {
  profile: (column: string) => Profile | null;
  ordered: (column: string) => IOrdered | null;
  isFiltered: (column: string) => boolean;
  chosen: string | null;
}

/** What a click on a head is about. */
export type HeadPart =
  { kind: 'name' | 'sort' | 'missing' } | { kind: 'bar' | 'value'; index: number };

/** Find out what stands at a place of a head, measured from its upper left corner. */
export function headPart(x: number, y: number, width: number, profile: Profile | null): HeadPart {
  if (y < NAME_BOTTOM) {
    return { kind: x > width - SORT_WIDTH ? 'sort' : 'name' };
  }
  if (profile && y >= FACTS_TOP && y < FACTS_BOTTOM && x < width / 2 && profile.missing > 0) {
    return { kind: 'missing' };
  }
  if (!profile || y < CHART_TOP) {
    return { kind: 'name' };
  }
  const bars = profile.histogram?.counts.length ?? 0;
  if (bars > 0) {
    const index = Math.floor(((x - PAD) / (width - 2 * PAD)) * bars);
    return index >= 0 && index < bars ? { kind: 'bar', index } : { kind: 'name' };
  }
  const index = Math.floor((y - CHART_TOP) / LINE);
  return index < shownTop(profile).length ? { kind: 'value', index } : { kind: 'name' };
}

/** Paint the head of a column: name, type, what is missing, how many are different, and the shape of its values. */
export function paintHead(
  gc: CanvasRenderingContext2D,
  box: IBox,
  column: Column,
  heads: IHeads
): void {
  const { look } = heads;
  const profile = heads.profile(column.name);
  paintGround(gc, box, column.name, heads);
  paintName(gc, box, column.name, heads);
  gc.font = look.small;
  gc.textAlign = 'left';
  gc.fillStyle = look.quiet;
  const type = `${typeSign(column.role)} ${shortType(column.dtype)}`;
  gc.fillText(fitted(gc, type, box.width - 2 * PAD), box.x + PAD, box.y + 31);
  if (profile) {
    paintFacts(gc, box, profile, look);
    paintChart(gc, { ...box, x: box.x + PAD, width: box.width - 2 * PAD }, profile, look);
    paintMissing(gc, box, profile, look);
  } else {
    gc.fillStyle = clear(look.faint, 0.15);
    gc.fillRect(box.x + PAD, box.y + CHART_TOP + 4, Math.max(box.width - 2 * PAD, 0), LINE);
  }
}

function paintGround(
  gc: CanvasRenderingContext2D,
  box: IBox,
  name: string,
  { look, chosen, mark }: IHeads
): void {
  const kind = mark(name);
  if (kind || chosen === name) {
    gc.fillStyle = clear(kind ? colorOf(kind, look) : look.brand, kind ? 0.2 : 0.12);
    gc.fillRect(box.x, box.y, box.width, box.height);
  }
  if (chosen === name) {
    gc.fillStyle = look.brand;
    gc.fillRect(box.x, box.y, box.width, 2);
  }
}

const SIGNS: Readonly<Record<Mark, string>> = {
  added: '+ ',
  changed: '~ ',
  removed: '− ',
  leak: '⚠ '
};

function paintName(gc: CanvasRenderingContext2D, box: IBox, name: string, heads: IHeads): void {
  const { look } = heads;
  const mark = heads.mark(name);
  gc.font = look.strong;
  gc.fillStyle = mark ? colorOf(mark, look) : look.text;
  gc.textAlign = 'left';
  const sign = (mark ? SIGNS[mark] : '') + (heads.isFiltered(name) ? '▽ ' : '');
  const shown = fittedName(gc, sign + visible(name), box.width - PAD - SORT_WIDTH);
  gc.fillText(isolated(shown), box.x + PAD, box.y + 14);
  const order = heads.ordered(name);
  gc.font = look.small;
  gc.fillStyle = order === null ? clear(look.faint, 0.7) : look.brand;
  gc.textAlign = 'center';
  const arrow = order === null ? '⇅' : `${order.descending ? '▼' : '▲'}${order.place || ''}`;
  gc.fillText(arrow, box.x + box.width - SORT_WIDTH / 2, box.y + 14);
}

function paintFacts(gc: CanvasRenderingContext2D, box: IBox, profile: Profile, look: ILook): void {
  const y = box.y + FACTS_TOP + LINE / 2 + 1;
  const missing = `${surenessSign(profile, 'missing')}${shareWords(profile.missing_share)} ∅`;
  gc.textAlign = 'left';
  gc.fillStyle = profile.missing > 0 ? look.warning : look.faint;
  gc.fillText(missing, box.x + PAD, y);
  if (profile.role === 'nested' || profile.role === 'other') {
    return;
  }
  const room = box.width - 2 * PAD - gc.measureText(missing).width - 6;
  const count = `${surenessSign(profile, 'distinct')}${compact(profile.distinct)}`;
  const long = `${count} distinct`;
  gc.textAlign = 'right';
  gc.fillStyle = look.quiet;
  const text = gc.measureText(long).width <= room ? long : fitted(gc, `${count} ≠`, room);
  gc.fillText(text, box.x + box.width - PAD, y);
}

function paintChart(gc: CanvasRenderingContext2D, box: IBox, profile: Profile, look: ILook): void {
  if (profile.histogram && profile.histogram.counts.length > 0) {
    paintHistogram(gc, box, profile, look);
  } else {
    paintTop(gc, box, profile, look);
  }
}

function paintHistogram(
  gc: CanvasRenderingContext2D,
  box: IBox,
  profile: Profile,
  look: ILook
): void {
  const counts = profile.histogram?.counts ?? [];
  const largest = Math.max(...counts, 1);
  const step = box.width / counts.length;
  const height = CHART_BOTTOM - CHART_TOP;
  gc.fillStyle = clear(look.brand, isUnsure(profile, 'histogram') ? 0.45 : 0.75);
  counts.forEach((count, index) => {
    // A bar that is there at all can be seen.
    const tall = count > 0 ? Math.max((count / largest) * height, 1) : 0;
    gc.fillRect(box.x + index * step, box.y + CHART_BOTTOM - tall, Math.max(step - 1, 1), tall);
  });
  gc.fillStyle = look.line;
  gc.fillRect(box.x, box.y + CHART_BOTTOM, box.width, 1);
}

/** Get the frequent values that have room in a head; the last line says how many others there are. */
export function shownTop(profile: Profile): Profile['top'] {
  return profile.top.slice(0, profile.distinct > TOP_SHOWN ? TOP_SHOWN - 1 : TOP_SHOWN);
}

function paintTop(gc: CanvasRenderingContext2D, box: IBox, profile: Profile, look: ILook): void {
  const present = Math.max(profile.rows - profile.missing, 1);
  const shown = shownTop(profile);
  let rest = 1;
  shown.forEach(({ value, count }, index) => {
    const y = box.y + CHART_TOP + index * LINE;
    const share = count / present;
    rest -= share;
    gc.fillStyle = clear(look.brand, isUnsure(profile, 'top') ? 0.2 : 0.3);
    gc.fillRect(box.x, y, Math.max(box.width * Math.min(share, 1), 1), LINE - 1);
    const text = shareWords(share);
    gc.fillStyle = look.quiet;
    gc.textAlign = 'right';
    gc.fillText(text, box.x + box.width - 2, y + 6.5);
    gc.fillStyle = look.text;
    gc.textAlign = 'left';
    const room = box.width - gc.measureText(text).width - 10;
    gc.fillText(isolated(fitted(gc, visible(value), room)), box.x + 3, y + 6.5);
  });
  if (shown.length > 0 && shown.length < profile.distinct) {
    const y = box.y + CHART_TOP + shown.length * LINE + 6.5;
    gc.fillStyle = look.quiet;
    gc.textAlign = 'left';
    const others = `+ ${compact(profile.distinct - shown.length)}`;
    gc.fillText(fitted(gc, others, box.width - 40), box.x + 3, y);
    gc.textAlign = 'right';
    gc.fillText(shareWords(Math.max(rest, 0)), box.x + box.width - 2, y);
  }
}

function paintMissing(
  gc: CanvasRenderingContext2D,
  box: IBox,
  profile: Profile,
  look: ILook
): void {
  if (profile.missing > 0) {
    const width = Math.max((box.width - 2 * PAD) * profile.missing_share, 2);
    gc.fillStyle = look.warning;
    gc.fillRect(box.x + PAD, box.y + CHART_BOTTOM + 3, width, 2);
  }
}
