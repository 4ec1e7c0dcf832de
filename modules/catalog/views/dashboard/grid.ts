import { component } from "@ui/alpine";
import { parseRectangle, writeRectangle } from "./grid_text";

type Control = HTMLInputElement | HTMLSelectElement;
interface At { r: number; c: number }
interface Edit { cell: HTMLTableCellElement; from: string; to: string }

const control = (cell: HTMLTableCellElement): Control | null => cell.querySelector<Control>("input, select");
const between = (a: number, b: number): number[] => Array.from({ length: Math.abs(b - a) + 1 }, (_, i) => Math.min(a, b) + i);

/** The value that text stands for in a control; undefined where no choice fits. */
function fitting(to: Control, text: string): string | undefined {
  const plain = text.replace(/\s+/g, " ").trim();
  if (to instanceof HTMLInputElement) return plain;
  const same = (s: string) => s.trim().toLowerCase() === plain.toLowerCase();
  return [...to.options].find((o) => o.value === plain || same(o.value) || same(o.text))?.value;
}

/** A table of inputs that is used as a spreadsheet: cells have the focus, and one of them at a time is edited. */
class Sheet {
  cells: HTMLTableCellElement[][];
  was: string[][];
  active: At = { r: 0, c: 0 };
  anchor: At = { r: 0, c: 0 };
  editing: { cell: HTMLTableCellElement; before: string; typed: boolean } | null = null;
  changed = new Set<HTMLTableCellElement>();
  marked: HTMLTableCellElement[] = [];
  done: Edit[][] = [];
  undone: Edit[][] = [];
  leaving = false; // Escape was pressed: the next Tab leaves the grid
  dragging = false;

  constructor(readonly box: HTMLElement, readonly look: () => void, readonly say: (key: string, n: number) => void) {
    const table = box.querySelector("table")!;
    const rows = [...table.tBodies[0].rows];
    this.cells = rows.map((row) => [...row.querySelectorAll("td")]);
    this.was = rows.map((row) => JSON.parse(row.querySelector<HTMLInputElement>("[name^=was-]")!.value) as string[]);
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    for (const row of table.rows) row.setAttribute("role", "row");
    for (const head of table.tHead!.rows[0].cells) head.setAttribute("role", "columnheader");
    rows.forEach((row, r) => {
      row.cells[0].setAttribute("role", "rowheader");
      this.cells[r].forEach((cell) => {
        cell.setAttribute("role", "gridcell");
        const input = control(cell);
        if (input) input.tabIndex = -1;
        else cell.setAttribute("aria-readonly", "true");
          cell.tabIndex = -1;
        if (cell.hasAttribute("data-changed")) this.changed.add(cell);
      });
    });
    box.dataset.live = "";
    box.addEventListener("keydown", (e) => this.key(e));
    box.addEventListener("pointerdown", (e) => this.press(e));
    box.addEventListener("pointerover", (e) => { if (this.dragging) this.reach(e.target, true); });
    addEventListener("pointerup", () => { this.dragging = false; });
    box.addEventListener("click", (e) => this.tap(e));
    box.addEventListener("dblclick", () => this.edit(false));
    box.addEventListener("focusin", (e) => this.enter(e));
    box.addEventListener("focusout", (e) => { if (this.editing && !this.editing.cell.contains(e.relatedTarget as Node)) this.commit(); });
    box.addEventListener("copy", (e) => this.copy(e));
    box.addEventListener("cut", (e) => { if (this.copy(e)) this.fill(() => ""); });
    box.addEventListener("paste", (e) => this.paste(e));
    const fault = rows.findIndex((row) => row.querySelector("[aria-invalid], .sheet-error"));
    if (fault >= 0) this.active = this.anchor = { r: fault, c: Math.max(0, this.cells[fault].findIndex((cell) => cell.querySelector("[aria-invalid]"))) };
    this.at(this.active).tabIndex = 0;
    if (fault >= 0) { this.at(this.active).scrollIntoView({ block: "nearest", inline: "nearest" }); box.scrollTop = rows[fault].offsetTop - box.clientHeight / 3; }
  }

  at({ r, c }: At): HTMLTableCellElement { return this.cells[r][c]; }
  place(target: EventTarget | null): At | null {
    const cell = (target as Element).closest?.("td");
    const row = cell?.parentElement as HTMLTableRowElement | undefined;
    return cell && row ? { r: row.sectionRowIndex, c: cell.cellIndex - 1 } : null;
  }

  /** All cells of the range that is chosen, row by row. */
  range(): HTMLTableCellElement[][] {
    return between(this.anchor.r, this.active.r).map((r) => between(this.anchor.c, this.active.c).map((c) => this.cells[r][c]));
  }
  go(to: At, extend = false): void {
    this.commit();
    this.leaving = false;
    this.at(this.active).tabIndex = -1;
    this.active = { r: Math.min(Math.max(to.r, 0), this.cells.length - 1), c: Math.min(Math.max(to.c, 0), this.cells[0].length - 1) };
    if (!extend) this.anchor = this.active;
    const cell = this.at(this.active);
    cell.tabIndex = 0;
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.mark();
  }
  mark(): void {
    this.marked.forEach((cell) => cell.removeAttribute("aria-selected"));
    this.marked = this.range().flat();
    if (this.marked.length < 2) this.marked = [];
    this.marked.forEach((cell) => cell.setAttribute("aria-selected", "true"));
  }

  /** Changes cells as one step of the history. */
  apply(edits: Edit[]): void {
    const real = edits.filter((e) => e.from !== e.to);
    if (!real.length) return;
    this.done.push(real);
    this.undone = [];
    real.forEach((e) => this.set(e.cell, e.to));
    this.look();
  }
  set(cell: HTMLTableCellElement, value: string): void {
    const input = control(cell)!;
    input.value = value;
    const at = this.place(cell)!;
    const differs = input.value.trim() !== this.was[at.r][at.c].trim();
    cell.toggleAttribute("data-changed", differs);
    this.changed[differs ? "add" : "delete"](cell);
    input.removeAttribute("aria-invalid");
    cell.querySelector(".sheet-error")?.remove();
  }
  step(from: Edit[][], to: Edit[][], side: "from" | "to"): void {
    this.commit();
    const batch = from.pop();
    if (!batch) return;
    to.push(batch);
    batch.forEach((e) => this.set(e.cell, e[side]));
    const first = this.place(batch[0].cell)!;
    this.look();
    this.go(first);
  }
  undo(): void { if (this.done.length) { this.step(this.done, this.undone, "from"); this.say("undone", 0); } }
  redo(): void { this.step(this.undone, this.done, "to"); }

  /** Gives each cell of the range that can be changed what text says; it counts those that no choice fits. */
  fill(text: (r: number, c: number) => string, rows = this.range()): void {
    let left = 0;
    const edits: Edit[] = [];
    rows.forEach((row, r) => row.forEach((cell, c) => {
      const input = control(cell);
      if (!input) return;
      const to = fitting(input, text(r, c));
      if (to === undefined) left++;
      else edits.push({ cell, from: input.value, to });
    }));
    this.apply(edits);
    if (left) this.say("leftOut", left);
    else if (edits.length > 1) this.say("pasted", edits.length);
  }
  text(cell: HTMLTableCellElement): string {
    const input = control(cell);
    return input instanceof HTMLSelectElement ? input.selectedOptions[0]?.text ?? "" : input?.value ?? "";
  }
  copy(event: ClipboardEvent): boolean {
    if (this.editing) return false;
    event.preventDefault();
    event.clipboardData!.setData("text/plain", writeRectangle(this.range().map((row) => row.map((cell) => this.text(cell)))));
    return true;
  }
  paste(event: ClipboardEvent): void {
    if (this.editing) return;
    event.preventDefault();
    const block = parseRectangle(event.clipboardData!.getData("text/plain"));
    if (!block.length) return;
    const top = Math.min(this.anchor.r, this.active.r), start = Math.min(this.anchor.c, this.active.c);
    const chosen = this.range();
    const times = (have: number, want: number) => (have > want && have % want === 0 ? have : want);
    const height = times(chosen.length, block.length), width = times(chosen[0].length, block[0].length);
    const rows = this.cells.slice(top, top + height).map((row) => row.slice(start, start + width));
    this.anchor = { r: top, c: start };
    this.active = this.shown({ r: top + rows.length - 1, c: start + rows[0].length - 1 });
    this.fill((r, c) => block[r % block.length][c % block[0].length] ?? "", rows);
    this.mark();
  }
  /** Moves the focus to the other end of the range, where it stays in the cell that it has. */
  shown(end: At): At {
    this.at(this.active).tabIndex = -1;
    this.at(end).tabIndex = 0;
    this.at(end).focus({ preventScroll: true });
    return end;
  }

  edit(typed: boolean): void {
    const cell = this.at(this.active), input = control(cell);
    if (!input || this.editing) return;
    this.editing = { cell, before: input.value, typed };
    cell.dataset.editing = "";
    input.focus({ preventScroll: true });
    if (input instanceof HTMLSelectElement) {
      if (!typed) try { input.showPicker(); } catch { /* the keys choose as well */ }
    } else if (typed) input.value = "";
    else input.setSelectionRange(input.value.length, input.value.length);
  }
  /** Ends editing: the value stays, as a step of the history. */
  commit(): void {
    const e = this.editing;
    if (!e) return;
    this.editing = null;
    delete e.cell.dataset.editing;
    const to = control(e.cell)!.value;
    control(e.cell)!.value = e.before;
    this.apply([{ cell: e.cell, from: e.before, to }]);
  }
  cancel(): void {
    const e = this.editing!;
    this.editing = null;
    delete e.cell.dataset.editing;
    control(e.cell)!.value = e.before;
    e.cell.focus({ preventScroll: true });
  }

  press(event: PointerEvent): void {
    const at = this.place(event.target);
    if (!at || event.pointerType === "touch" || event.button !== 0 || this.editing?.cell === this.at(at)) return;
    event.preventDefault();
    this.dragging = true;
    this.go(at, event.shiftKey);
  }
  reach(target: EventTarget | null, extend: boolean): void {
    const at = this.place(target);
    if (at && (at.r !== this.active.r || at.c !== this.active.c)) this.go(at, extend);
  }
  tap(event: MouseEvent): void {
    const at = this.place(event.target);
    if (!at || (event as PointerEvent).pointerType !== "touch" || this.editing?.cell === this.at(at)) return;
    if (document.activeElement === this.at(at)) this.edit(false);
    else this.go(at);
  }
  /** Whatever moves the focus into another cell, such as a search in the page or a screen reader. */
  enter(event: FocusEvent): void {
    const at = this.place(event.target);
    if (!at) return;
    if (event.target instanceof HTMLTableCellElement) {
      if (this.at(at) !== this.at(this.active)) this.go(at);
    } else if (this.editing?.cell !== this.at(at)) {
      this.go(at);
      this.edit(false);
    }
  }

  key(event: KeyboardEvent): void {
    if (event.isComposing || !this.place(event.target)) return;
    const ctrl = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && ctrl) return this.commit(); // and the page saves
    const handled = this.editing ? this.whileEditing(event) : this.whileMoving(event, ctrl);
    if (handled) event.preventDefault();
    if (handled || !ctrl) event.stopPropagation(); // "s" and "/" are text here
  }
  whileEditing(event: KeyboardEvent): boolean {
    const { r, c } = this.active, back = event.shiftKey ? -1 : 1;
    const arrows: Record<string, At> = { ArrowUp: { r: r - 1, c }, ArrowDown: { r: r + 1, c }, ArrowLeft: { r, c: c - 1 }, ArrowRight: { r, c: c + 1 } };
    switch (event.key) {
      case "Escape": this.cancel(); return true;
      case "Enter": this.go({ r: r + back, c }); return true;
      case "Tab": this.go(this.beside(back) ?? this.active); return true;
    }
    if (!(event.key in arrows) || !this.editing!.typed || control(this.editing!.cell) instanceof HTMLSelectElement) return false;
    this.go(arrows[event.key]);
    return true;
  }
  beside(by: number): At | null {
    const { r, c } = this.active, width = this.cells[0].length, next = r * width + c + by;
    return next < 0 || next >= this.cells.length * width ? null : { r: Math.floor(next / width), c: next % width };
  }
  whileMoving(event: KeyboardEvent, ctrl: boolean): boolean {
    const { r, c } = this.active, shift = event.shiftKey, last = { r: this.cells.length - 1, c: this.cells[0].length - 1 };
    const page = Math.max(1, Math.floor(this.box.clientHeight / 36) - 2);
    const moves: Record<string, At> = {
      ArrowUp: { r: ctrl ? 0 : r - 1, c }, ArrowDown: { r: ctrl ? last.r : r + 1, c }, ArrowLeft: { r, c: ctrl ? 0 : c - 1 }, ArrowRight: { r, c: ctrl ? last.c : c + 1 },
      PageUp: { r: r - page, c }, PageDown: { r: r + page, c }, Home: { r: ctrl ? 0 : r, c: 0 }, End: { r: ctrl ? last.r : r, c: last.c },
    };
    if (event.key in moves) { this.go(moves[event.key], shift); return true; }
    if (event.key === "Tab") {
      const next = this.leaving ? null : this.beside(shift ? -1 : 1);
      if (next) this.go(next);
      return next !== null;
    }
    if (ctrl) {
      switch (event.key.toLowerCase()) {
        case "z": if (shift) this.redo(); else this.undo(); return true;
        case "y": this.redo(); return true;
        case "a": this.anchor = { r: 0, c: 0 }; this.active = this.shown(last); this.mark(); return true;
        case "d": { const first = this.range()[0].map((cell) => this.text(cell)); this.fill((_, col) => first[col], this.range()); return true; }
      }
      return false;
    }
    switch (event.key) {
      case "Enter": case "F2": this.edit(false); return true;
      case "Delete": case "Backspace": this.fill(() => "", this.range().map((row) => row.filter((cell) => control(cell) instanceof HTMLInputElement))); return true;
      case "Escape": this.anchor = this.active; this.mark(); this.leaving = true; return true;
    }
    if (event.key.length !== 1 || event.altKey) return false;
    this.edit(true); // the key itself goes into the field, which has the focus now
    return false;
  }
}

component("sheet", () => {
  let sheet: Sheet; // outside of what Alpine watches: it holds thousands of cells
  return {
    said: "", cells: 0, steps: 0,
    init() {
      const form = this.$root as HTMLFormElement;
      sheet = new Sheet(this.$refs.sheet as HTMLElement, () => this.count(), (key, n) => {
        this.said = `${(form.dataset[key] ?? "").replace("{n}", String(n))} ${this.text()}`;
      });
      this.count();
      let sent = false;
      form.addEventListener("submit", () => { sheet.commit(); this.leaveOut(true); sent = true; });
      addEventListener("pageshow", () => { this.leaveOut(false); sent = false; });
      addEventListener("beforeunload", (event) => { if (sheet.changed.size && !sent) event.preventDefault(); });
    },
    rows() { return new Set([...sheet.changed].map((cell) => cell.parentElement)); },
    /** Rows without a change are not sent. */
    leaveOut(yes: boolean) {
      const rows = this.rows();
      sheet.cells.forEach((row) => {
        const line = row[0].parentElement!;
        if (!yes || !rows.has(line)) line.querySelectorAll<Control>("input, select").forEach((input) => { input.disabled = yes; });
      });
    },
    text(): string {
      const form = this.$root as HTMLFormElement, n = this.cells;
      if (n < 2) return n ? form.dataset.change! : "";
      return form.dataset.changes!.replace("{cells}", String(n)).replace("{rows}", String(this.rows().size));
    },
    count() {
      this.cells = sheet.changed.size;
      this.steps = sheet.done.length;
      this.said = this.text();
      (this.$root as HTMLElement).toggleAttribute("data-dirty", this.cells > 0);
    },
    back: {
      ["@click"](this: any) { sheet.undo(); },
      [":disabled"](this: any) { return this.steps === 0; },
    },
  };
});
