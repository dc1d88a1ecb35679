import { clear, type ILook } from './grid-look';
import { fitted, isolated, isRightToLeft, visible } from './grid-text';
import { PENDING } from './pages';
import type { Column } from './table';
import { isMissing, isNumeric, written } from './values';

/** Why a column stands out: the step being edited made or changed it, or it gives the answer away. */
export type Mark = 'added' | 'changed' | 'leak' | 'removed';

/** What a step did to a row, and to which of its cells. */
export interface IRowChange {
  kind: 'same' | 'changed' | 'removed' | 'added';
  columns: ReadonlySet<string>;
}

export interface IBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A cell: its row from 0 and its column's name. */
export interface ICell {
  row: number;
  column: string;
}

/** What the painters look up while they paint. */
export interface IPainted {
  look: ILook;
  mark: (column: string) => Mark | null;
  change: (row: number) => IRowChange | null;
  /** The text that is searched, in small letters. */
  sought: string | null;
  /** The match that is looked at. */
  match: ICell | null;
}

const PAD = 8;
const CUT_MARK = 3;

/** Paint the value of a cell: numbers to the right, missing ones as a sign, those on their way as bars. */
export function paintCell(
  gc: CanvasRenderingContext2D,
  box: IBox,
  value: unknown,
  column: Column,
  row: number,
  painted: IPainted
): void {
  const change = painted.change(row);
  paintGround(gc, box, column, change, painted);
  if (value === PENDING) {
    paintPending(gc, box, row, painted.look);
    return;
  }
  const { look } = painted;
  if (isMissing(value)) {
    gc.fillStyle = look.faint;
    gc.textAlign = isNumeric(column) ? 'right' : 'left';
    gc.fillText('∅', isNumeric(column) ? box.x + box.width - PAD : box.x + PAD, middle(box));
    return;
  }
  const text = visible(written(value, column));
  paintFound(gc, box, text, column.name, row, painted);
  const right = isNumeric(column) || isRightToLeft(text);
  gc.fillStyle = change?.kind === 'removed' ? look.quiet : look.text;
  gc.textAlign = right ? 'right' : 'left';
  const shown = fitted(gc, text, box.width - 2 * PAD);
  gc.fillText(isolated(shown), right ? box.x + box.width - PAD : box.x + PAD, middle(box));
}

/** Strike a removed row through, from one end to the other. */
export function paintStruck(gc: CanvasRenderingContext2D, box: IBox, look: ILook): void {
  gc.fillStyle = look.removed;
  gc.fillRect(box.x, Math.round(middle(box)), box.width, 1);
}

/** Get the colour of a mark. */
export function colorOf(mark: Mark, look: ILook): string {
  return {
    added: look.added,
    changed: look.changed,
    removed: look.removed,
    leak: look.warning
  }[mark];
}

function middle({ y, height }: IBox): number {
  return y + height / 2;
}

function paintGround(
  gc: CanvasRenderingContext2D,
  box: IBox,
  column: Column,
  change: IRowChange | null,
  { look, mark }: IPainted
): void {
  const kind = mark(column.name);
  const row = change?.kind === 'added' || change?.kind === 'removed' ? change.kind : null;
  const shown = row ?? kind;
  if (shown) {
    gc.fillStyle = clear(colorOf(shown, look), 0.12);
    gc.fillRect(box.x, box.y, box.width, box.height);
  }
  if (change?.columns.has(column.name)) {
    gc.fillStyle = clear(look.changed, 0.22);
    gc.fillRect(box.x, box.y, box.width, box.height);
    gc.fillStyle = look.changed;
    // Not by colour alone: a corner, as spreadsheets mark cells.
    gc.beginPath();
    gc.moveTo(box.x, box.y);
    gc.lineTo(box.x + 2 * CUT_MARK, box.y);
    gc.lineTo(box.x, box.y + 2 * CUT_MARK);
    gc.fill();
  }
}

function paintPending(gc: CanvasRenderingContext2D, box: IBox, row: number, look: ILook): void {
  gc.fillStyle = clear(look.faint, 0.25);
  const width = box.width * (0.3 + 0.03 * ((row * 7 + Math.floor(box.x / 50) * 3) % 10));
  gc.fillRect(box.x + PAD, middle(box) - 4, Math.max(Math.min(width, box.width - 2 * PAD), 4), 8);
}

function paintFound(
  gc: CanvasRenderingContext2D,
  box: IBox,
  text: string,
  column: string,
  row: number,
  { look, match, sought }: IPainted
): void {
  if (sought && text.toLowerCase().includes(sought)) {
    gc.fillStyle = clear(look.warning, 0.25);
    gc.fillRect(box.x, box.y, box.width, box.height);
  }
  if (match && match.row === row && match.column === column) {
    gc.strokeStyle = look.warning;
    gc.lineWidth = 2;
    gc.strokeRect(box.x + 1, box.y + 1, box.width - 3, box.height - 3);
  }
}
