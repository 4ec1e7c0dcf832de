import { component } from "@ui/alpine";

/** On the form around a table with td-select cells and a bulk-bar. Shift selects a range. */
component("selection", () => ({
  count: 0,
  last: -1,
  init() { this.look(); },
  boxes(): HTMLInputElement[] { return [...this.$root.querySelectorAll(".row-select:not(:disabled)")] as HTMLInputElement[]; },
  look() { this.count = this.boxes().filter((box: HTMLInputElement) => box.checked).length; },
  get text(): string { return String(this.count) + " " + (this.$root.dataset.selected ?? "selected"); },
  all: {
    ["@change"](this: any) {
      this.boxes().forEach((box: HTMLInputElement) => { box.checked = this.$el.checked; });
      this.look();
    },
    ["x-effect"](this: any) {
      const total = this.boxes().length;
      this.$el.checked = total > 0 && this.count === total;
      this.$el.indeterminate = this.count > 0 && this.count < total;
    },
  },
  row: {
    ["@click"](this: any) {
      const boxes = this.boxes();
      const at = boxes.indexOf(this.$el);
      if (this.$event.shiftKey && this.last >= 0) {
        const [from, to] = [Math.min(at, this.last), Math.max(at, this.last)];
        boxes.slice(from, to + 1).forEach((box: HTMLInputElement) => { box.checked = this.$el.checked; });
      }
      this.last = at;
      this.look();
    },
  },
  clear: {
    ["@click"](this: any) {
      this.boxes().forEach((box: HTMLInputElement) => { box.checked = false; });
      this.look();
    },
  },
}));
