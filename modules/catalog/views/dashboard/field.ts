import { component } from "@ui/alpine";

/** Shows what belongs to the field's kind: a unit to numbers, choices to choices. */
component("typeField", () => ({
  kind: "",
  init() {
    const select = this.$root.querySelector<HTMLSelectElement>("select[name=kind]")!;
    const look = () => { this.kind = select.value; };
    select.addEventListener("change", look);
    look();
  },
  get numeric(): boolean { return this.kind === "number"; },
  get chosen(): boolean { return this.kind === "choice" || this.kind === "choices"; },
}));
