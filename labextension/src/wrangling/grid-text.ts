const KEPT = 4000;
const WIDEST = 1.1;
const NARROWEST = 0.2;
const RIGHT_TO_LEFT = /^[\s\d\p{P}]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
const UNSEEN = /[\n\r\t\u00a0]/g;
const SEEN: Readonly<Record<string, string>> = {
  '\n': '↵',
  '\r': '␍',
  '\t': '⇥',
  '\u00a0': '␣'
};

const fits = new Map<string, string>();

/** Cut a text so that it fits into a room; the same text in the same room is measured once. */
export function fitted(gc: CanvasRenderingContext2D, text: string, room: number): string {
  const size = parseFloat(gc.font.replace(/^\D*\d{3} /, '')) || 12;
  if (room <= 0) {
    return '';
  }
  if (text.length * size * WIDEST <= room) {
    return text;
  }
  const key = `${Math.floor(room)} ${gc.font} ${text}`;
  let found = fits.get(key);
  if (found === undefined) {
    found = cut(gc, text, room, size);
    if (fits.size >= KEPT) {
      fits.clear();
    }
    fits.set(key, found);
  }
  return found;
}

function cut(gc: CanvasRenderingContext2D, text: string, room: number, size: number): string {
  // No letter is so narrow that more than this could fit; long texts are not measured whole.
  const most = text.slice(0, Math.ceil(room / (size * NARROWEST)));
  if (most.length === text.length && gc.measureText(text).width <= room) {
    return text;
  }
  const letters = Array.from(most);
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (gc.measureText(`${letters.slice(0, middle).join('')}…`).width <= room) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return `${letters.slice(0, low).join('')}…`;
}

const END = 8;

/** Cut a name in the middle, so that names that begin alike can be told apart. */
export function fittedName(gc: CanvasRenderingContext2D, name: string, room: number): string {
  const letters = Array.from(name);
  const whole = fitted(gc, name, room);
  if (whole === name || letters.length <= 2 * END) {
    return whole;
  }
  const end = letters.slice(-END).join('');
  const begin = fitted(gc, letters.slice(0, -END).join(''), room - gc.measureText(end).width);
  return begin.length > 2 ? begin + end : whole;
}

/** Show line breaks and other letters that one would not see. */
export function visible(text: string): string {
  return UNSEEN.test(text) ? text.replace(UNSEEN, letter => SEEN[letter] ?? letter) : text;
}

/** Whether a text is read from right to left. */
export function isRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(text);
}

/** Keep the direction of a text apart from what stands around it. */
export function isolated(text: string): string {
  return isRightToLeft(text) ? `\u2067${text}\u2069` : text;
}
