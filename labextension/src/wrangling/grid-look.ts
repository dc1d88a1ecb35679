import type { DataGrid } from '@lumino/datagrid';

/** The colours and letters of the grid, taken from the theme. */
export interface ILook {
  font: string;
  strong: string;
  small: string;
  text: string;
  quiet: string;
  faint: string;
  paper: string;
  raised: string;
  line: string;
  brand: string;
  added: string;
  changed: string;
  removed: string;
  warning: string;
}

/** Read the look off an element that stands in the theme. */
export function lookOf(node: HTMLElement): ILook {
  const style = getComputedStyle(node);
  const get = (name: string, otherwise: string): string =>
    style.getPropertyValue(name).trim() || otherwise;
  const family = get('--jp-ui-font-family', 'sans-serif');
  const size = parseFloat(get('--jp-ui-font-size1', '13px')) || 13;
  return {
    font: `${size - 1}px ${family}`,
    strong: `600 ${size - 1}px ${family}`,
    small: `${size - 3}px ${family}`,
    text: get('--jp-ui-font-color1', '#212121'),
    quiet: get('--jp-ui-font-color2', '#616161'),
    faint: get('--jp-ui-font-color3', '#9e9e9e'),
    paper: get('--jp-layout-color0', '#ffffff'),
    raised: get('--jp-layout-color1', '#ffffff'),
    line: get('--jp-border-color2', '#e0e0e0'),
    brand: get('--jp-brand-color1', '#1976d2'),
    added: get('--jp-success-color1', '#388e3c'),
    changed: get('--jp-brand-color1', '#1976d2'),
    removed: get('--jp-error-color1', '#d32f2f'),
    warning: get('--jp-warn-color1', '#f57c00')
  };
}

/** Dress the parts that the grid itself draws: selection, cursor and the shadows of scrolling. */
export function gridStyle(look: ILook): DataGrid.Style {
  return {
    voidColor: look.paper,
    backgroundColor: look.paper,
    gridLineColor: look.line,
    headerBackgroundColor: look.raised,
    headerGridLineColor: look.line,
    selectionFillColor: clear(look.brand, 0.14),
    selectionBorderColor: look.brand,
    cursorFillColor: clear(look.brand, 0.1),
    cursorBorderColor: look.brand,
    headerSelectionFillColor: clear(look.brand, 0.1),
    headerSelectionBorderColor: clear(look.brand, 0),
    scrollShadow: {
      size: 4,
      color1: clear(look.text, 0.12),
      color2: clear(look.text, 0.04),
      color3: clear(look.text, 0)
    }
  };
}

const cleared = new Map<string, string>();

/** Let what lies under a colour shine through it. */
export function clear(color: string, share: number): string {
  const key = `${color} ${share}`;
  let mixed = cleared.get(key);
  if (mixed === undefined) {
    mixed = `color-mix(in srgb, ${color} ${Math.round(share * 100)}%, transparent)`;
    cleared.set(key, mixed);
  }
  return mixed;
}
