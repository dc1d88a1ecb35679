import type { Grid, IPlace } from './table-grid';

/** What keys ask of the view around the table. */
export interface IKeyActions {
  open: (id: string) => void;
  remove: (ids: readonly string[]) => void;
  restore: (ids: readonly string[]) => void;
  /** Change the value of a cell in place. */
  edit: (place: IPlace) => void;
  menu: (place: IPlace, x: number, y: number) => void;
  /** Copy the value of a cell. */
  copy: (place: IPlace) => void;
  /** Go to the filter. */
  filter: () => void;
}

/** Do what a key means in the table; tells whether it means anything. */
export function pressed(event: KeyboardEvent, grid: Grid, actions: IKeyActions): boolean {
  const isCommand = event.ctrlKey || event.metaKey;
  const combined = `${isCommand ? 'Ctrl+' : ''}${event.key}`;
  if (event.altKey) {
    return false;
  }
  return moves(event, grid, isCommand) || acts(combined, event, grid, actions);
}

function moves(event: KeyboardEvent, grid: Grid, isCommand: boolean): boolean {
  const { cursor, keys, model, page } = grid;
  const last = model.lines.length - 1;
  const column = keys.indexOf(cursor.key);
  const steps: Record<string, () => void> = {
    ArrowDown: () => grid.move(1, 0),
    ArrowUp: () => grid.move(-1, 0),
    PageDown: () => grid.move(page, 0),
    PageUp: () => grid.move(-page, 0),
    ArrowRight: () => (canFold(grid, false) ? grid.ticks.fold(cursor.line) : grid.move(0, 1)),
    ArrowLeft: () => (canFold(grid, true) ? grid.ticks.fold(cursor.line) : grid.move(0, -1)),
    Home: () => (isCommand ? grid.go(0, column) : grid.go(cursor.line, 0)),
    End: () => (isCommand ? grid.go(last, column) : grid.go(cursor.line, keys.length - 1))
  };
  const step = steps[event.key];
  if (!step || last < 0) {
    return false;
  }
  const before = cursor.line;
  step();
  if (event.shiftKey && grid.cursor.line !== before) {
    grid.ticks.tick(grid.cursor.line, true, Math.max(0, before));
  }
  return true;
}

function acts(key: string, event: KeyboardEvent, grid: Grid, actions: IKeyActions): boolean {
  const { cursor, model } = grid;
  const { selected, table, order } = model;
  const row = model.lines.rowAt(cursor.line);
  const here = cursor.line >= 0 && row >= 0 ? [table.idAt(row)] : [];
  const meant = selected.length > 0 ? selected : here;
  switch (key) {
    case 'Enter':
      here.forEach(id => actions.open(id));
      if (here.length === 0) {
        grid.ticks.fold(cursor.line);
      }
      return true;
    case ' ':
      if (cursor.line >= 0) {
        grid.ticks.tick(cursor.line, !grid.ticks.isTicked(cursor.line), cursor.line);
      }
      return true;
    case 'Ctrl+a':
      model.select(selected.length < order.length ? Array.from(order, one => table.idAt(one)) : []);
      return true;
    case 'Delete':
      if (meant.length > 0) {
        (model.look.state === 'deleted' ? actions.restore : actions.remove)(meant);
      }
      return true;
    case 'Escape':
      model.select([]);
      return true;
    case 'Ctrl+c':
      actions.copy(cursor);
      return true;
    case '/':
      actions.filter();
      return true;
    case 'F2':
      actions.edit(cursor);
      return true;
    default:
      return showsMenu(event, grid, actions);
  }
}

function showsMenu(event: KeyboardEvent, grid: Grid, actions: IKeyActions): boolean {
  if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) {
    return false;
  }
  const { left, bottom } = grid.boxOf(grid.cursor) ?? grid.node.getBoundingClientRect();
  actions.menu(grid.cursor, left, bottom);
  return true;
}

/** Tell whether the line at the cursor can be folded, or unfolded. */
function canFold(grid: Grid, isOpen: boolean): boolean {
  const { cursor, model, keys } = grid;
  return cursor.key === keys[0] && model.lines.isOpenAt(cursor.line) === isOpen;
}
