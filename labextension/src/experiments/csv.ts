const SEPARATORS = [',', ';', '\t'] as const;

/** Read the first rows of a table in text form; what separates the cells is seen from the first line. */
export function readTable(text: string, limit: number): string[][] {
  const separator = separatorOf(text);
  const cells = new RegExp(`("(?:[^"]|"")*"|[^${separator}\\r\\n"]*)(${separator}|\\r?\\n|$)`, 'y');
  const rows: string[][] = [];
  let row: string[] = [];
  while (rows.length < limit && cells.lastIndex < text.length) {
    const match = cells.exec(text);
    if (!match) {
      break;
    }
    const [, cell = '', end] = match;
    row.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end !== separator) {
      rows.push(row);
      row = [];
    }
  }
  return rows.filter(({ length }, index) => length > 1 || rows[index]?.[0] !== '');
}

function separatorOf(text: string): string {
  const [line = ''] = text.split('\n', 1);
  const counts = SEPARATORS.map(separator => line.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}
