import { TextRenderer, type CellRenderer, type GraphicsContext } from '@lumino/datagrid';

import { clear, type ILook } from './grid-look';
import { PENDING } from './pages';
import type { Column } from './table';
import { isNumeric, written } from './values';

/** Why a column stands out: the step being edited made or changed it, or it gives the answer away. */
export type Mark = 'added' | 'changed' | 'leak';

/** What the painters look up while they paint. */
export interface IPainted {
  look: ILook;
  columns: readonly Column[];
  mark: (column: string) => Mark | null;
}

/** Paints the values: numbers to the right, missing ones as a quiet sign, those on their way as bars. */
export class BodyRenderer extends TextRenderer {
  constructor(private readonly _painted: () => IPainted) {
    super({
      font: () => _painted().look.font,
      textColor: ({ value }) => (isMissing(value) ? _painted().look.faint : _painted().look.text),
      backgroundColor: config => this._background(config),
      horizontalAlignment: config => this._alignment(config),
      format: config => this._written(config),
      horizontalPadding: 8,
      elideDirection: 'right'
    });
  }

  override paint(gc: GraphicsContext, config: CellRenderer.CellConfig): void {
    if (config.value !== PENDING) {
      super.paint(gc, config);
      return;
    }
    this.drawBackground(gc, config);
    gc.fillStyle = clear(this._painted().look.faint, 0.25);
    const width = config.width * (0.3 + 0.3 * (((config.row * 7 + config.column * 3) % 10) / 10));
    gc.fillRect(
      config.x + 8,
      config.y + config.height / 2 - 4,
      Math.min(width, config.width - 16),
      8
    );
  }

  private _column({ column }: CellRenderer.CellConfig): Column | undefined {
    return this._painted().columns[column];
  }

  private _background(config: CellRenderer.CellConfig): string {
    const { look, mark } = this._painted();
    const column = this._column(config);
    const kind = column ? mark(column.name) : null;
    return kind ? clear(colorOf(kind, look), 0.12) : '';
  }

  private _alignment(config: CellRenderer.CellConfig): TextRenderer.HorizontalAlignment {
    const column = this._column(config);
    return column && isNumeric(column) ? 'right' : 'left';
  }

  private _written(config: CellRenderer.CellConfig): string {
    const column = this._column(config);
    return isMissing(config.value) ? '∅' : column ? written(config.value, column) : '';
  }
}

/** Get the colour of a mark. */
export function colorOf(mark: Mark, look: ILook): string {
  return mark === 'added' ? look.added : mark === 'changed' ? look.changed : look.warning;
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined;
}
