import { component } from "@ui/alpine";

const europeanUnion = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" ");

/** The list of countries of a delivery method: a filter, and whole regions at once. */
component("countries", () => ({
  chosen: 0,
  init() { this.count(); },
  boxes(): HTMLInputElement[] { return [...this.$root.querySelectorAll("input[name=countries]")] as HTMLInputElement[]; },
  count() { this.chosen = this.boxes().filter((box: HTMLInputElement) => box.checked).length; },
  get text(): string { return String(this.chosen); },
  filter() {
    const q = (this.$refs.filter as HTMLInputElement).value.trim().toLowerCase();
    for (const box of this.boxes()) {
      const label = box.closest("label")!;
      label.hidden = q !== "" && !label.textContent!.toLowerCase().includes(q) && box.value.toLowerCase() !== q;
    }
  },
  keep(event: KeyboardEvent) { if (event.key === "Enter") event.preventDefault(); },
  set(codes: string[]) {
    for (const box of this.boxes()) if (codes.includes(box.value)) box.checked = true;
    this.count();
    this.$root.dispatchEvent(new Event("input", { bubbles: true }));
  },
  union() { this.set(europeanUnion); },
  none() {
    for (const box of this.boxes()) box.checked = false;
    this.count();
    this.$root.dispatchEvent(new Event("input", { bubbles: true }));
  },
}));
