import type { Grid, IPlace } from './table-grid';

/**
 * Let somebody change the value of a cell in its place: Enter keeps it, Escape and going elsewhere does not.
 *
 * @param save - Keeps the new value; the cell waits until it is kept.
 */
export function editCell(
  grid: Grid,
  place: IPlace,
  value: string,
  label: string,
  save: (value: string) => Promise<void>
): void {
  const field = document.createElement('input');
  field.className = 'jp-mlstudio-RunsTable-edit';
  field.value = value;
  field.setAttribute('aria-label', label);
  let isDone = false;
  const end = (): void => {
    isDone = true;
    field.remove();
    grid.node.focus({ preventScroll: true });
  };
  field.addEventListener('keydown', event => {
    event.stopPropagation();
    if (event.key === 'Escape') {
      end();
    } else if (event.key === 'Enter') {
      isDone = true;
      field.disabled = true;
      void save(field.value.trim()).finally(end);
    }
  });
  field.addEventListener('blur', () => {
    if (!isDone) {
      isDone = true;
      field.remove();
    }
  });
  for (const kind of ['click', 'dblclick', 'contextmenu'] as const) {
    field.addEventListener(kind, event => event.stopPropagation());
  }
  grid.node.addEventListener('scroll', () => field.blur(), { once: true });
  grid.cover(place, field);
  field.focus({ preventScroll: true });
  field.select();
}
