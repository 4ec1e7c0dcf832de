/** A rectangle of cells as spreadsheets put it into the clipboard: tabs between cells, lines between rows; a cell with either stands in quotes. */
export function parseRectangle(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "", quoted = false, begun = false;
  const end = () => { rows[rows.length - 1].push(cell); cell = ""; begun = false; };
  for (let i = 0; i < text.length; i++) {
    const ch = text[i];
    if (quoted) {
      if (ch !== '"') cell += ch;
      else if (text[i + 1] === '"') { cell += '"'; i++; }
      else quoted = false;
    } else if (ch === '"' && !begun && text.indexOf('"', i + 1) > 0) { quoted = begun = true; }
    else if (ch === "\t") end();
    else if (ch === "\n") { end(); rows.push([]); }
    else if (ch !== "\r") { cell += ch; begun = true; }
  }
  if (cell !== "" || rows[rows.length - 1].length > 0 || rows.length === 1 && text !== "") end();
  else rows.pop();
  return rows.filter((row) => row.length > 0);
}

export function writeRectangle(rows: string[][]): string {
  const one = (cell: string) => (/["\t\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => row.map(one).join("\t")).join("\n");
}
