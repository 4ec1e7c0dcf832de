import { component } from "@ui/alpine";

/** Suggests an address while the name is typed, and says whether the one that is typed is free. */
component("newStore", () => ({
  message: "",
  own: false, // the address was typed by hand
  asked: 0,
  timer: 0,
  init() {
    this.own = this.field("code").value !== "";
  },
  field(name: string): HTMLInputElement {
    return (this.$root as HTMLElement).querySelector<HTMLInputElement>(`[name=${name}]`)!;
  },
  named() {
    if (!this.own) this.later(() => this.ask("name", this.field("name").value));
  },
  coded() {
    this.own = this.field("code").value !== "";
    this.later(() => this.ask("code", this.field("code").value));
  },
  later(fn: () => void) {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(fn, 250);
  },
  async ask(what: string, value: string) {
    const mine = ++this.asked;
    this.message = "";
    if (!value.trim()) return;
    const answer = await fetch(`${(this.$root as HTMLElement).dataset.codes}?${new URLSearchParams({ [what]: value })}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || mine !== this.asked) return; // the form says it when it is sent
    const told = (await answer.json()) as { code: string; message: string };
    if (mine !== this.asked) return;
    if (what === "name" && !this.own) this.field("code").value = told.code;
    this.message = told.message;
  },
}));
