/** Where a buffer lies: bytes from the first buffer, and how many. */
export type Place = readonly [offset: number, bytes: number];

const MAGIC = 0x50534c4d; // "MLSP", read as a little-endian number
const VERSION = 1;
const PREFIX = 12;

/** One body of JSON and typed arrays, as the server packs tables and curves; arrays are views, nothing is copied. */
export class Packed<H> {
  constructor(private readonly _body: ArrayBuffer) {
    const view = new DataView(_body);
    if (_body.byteLength < PREFIX || view.getUint32(0, true) !== MAGIC) {
      throw new Error('The answer of the server is not a packed table.');
    }
    if (view.getUint32(4, true) !== VERSION) {
      throw new Error('The server answers in a newer form. Reload the page.');
    }
    const length = view.getUint32(8, true);
    const text = new TextDecoder().decode(new Uint8Array(_body, PREFIX, length));
    this.header = JSON.parse(text) as H; // its shape is the route's contract, as with every answer
    this._first = PREFIX + length;
  }

  readonly header: H;

  floats([offset, bytes]: Place): Float64Array {
    return new Float64Array(this._body, this._first + offset, bytes / 8);
  }

  integers([offset, bytes]: Place): Int32Array {
    return new Int32Array(this._body, this._first + offset, bytes / 4);
  }

  private readonly _first: number;
}

/** Pack JSON and buffers, as the server does. */
export function pack(header: object, buffers: readonly (Float64Array | Int32Array)[]): ArrayBuffer {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const first = eighth(PREFIX + text.length);
  const length = buffers.reduce((sum, { byteLength }) => sum + eighth(byteLength), first);
  const body = new Uint8Array(length).fill(0x20, PREFIX, first);
  const view = new DataView(body.buffer);
  [MAGIC, VERSION, first - PREFIX].forEach((word, place) => view.setUint32(place * 4, word, true));
  body.set(text, PREFIX);
  let offset = first;
  for (const { buffer, byteOffset, byteLength } of buffers) {
    body.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += eighth(byteLength);
  }
  return body.buffer;
}

function eighth(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
