import * as React from 'react';

import type { BoardModel, IPlaced } from './chart-board-model';

const [LOWEST, HIGHEST, WIDEST] = [120, 1600, 3];

/** Make a card larger and smaller by its corner: freely in height, by whole columns in width. */
export function useResize(
  place: React.RefObject<HTMLElement>,
  board: BoardModel,
  { key }: IPlaced,
  columns: number
): React.PointerEventHandler {
  return event => {
    const card = place.current;
    if (!card) {
      return;
    }
    event.preventDefault();
    const corner = event.currentTarget;
    corner.setPointerCapture(event.pointerId);
    const { left, top } = card.getBoundingClientRect();
    const column = (card.parentElement?.clientWidth ?? card.clientWidth) / columns;
    const move = (moved: Event): void => {
      const { clientX, clientY } = moved as PointerEvent;
      const tall = Math.round(Math.min(HIGHEST, Math.max(LOWEST, clientY - top)));
      const wide = Math.min(WIDEST, columns, Math.max(1, Math.round((clientX - left) / column)));
      board.change(key, { tall, wide });
    };
    const end = (): void => {
      corner.removeEventListener('pointermove', move);
      corner.removeEventListener('pointerup', end);
      corner.removeEventListener('lostpointercapture', end);
    };
    corner.addEventListener('pointermove', move);
    corner.addEventListener('pointerup', end);
    corner.addEventListener('lostpointercapture', end);
  };
}
