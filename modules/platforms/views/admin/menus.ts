import { component } from "@ui/alpine";

/** The form of a sidebar: its entries can be dragged within their group. The buttons do the same without a pointer, and without this. */
component("menuOrder", () => ({
  held: null as HTMLElement | null,
  entry: {
    ["@dragstart"](this: any) {
      this.held = this.$el;
      this.$event.dataTransfer.effectAllowed = "move";
      this.$el.toggleAttribute("data-held", true);
    },
    ["@dragend"](this: any) {
      this.$el.toggleAttribute("data-held", false);
      this.held = null;
      this.$root.dispatchEvent(new Event("input", { bubbles: true }));
    },
    ["@dragover"](this: any) {
      const [held, over] = [this.held as HTMLElement | null, this.$el as HTMLElement];
      if (!held || held === over || held.parentElement !== over.parentElement) return;
      this.$event.preventDefault();
      const box = over.getBoundingClientRect();
      over.parentElement!.insertBefore(held, this.$event.clientY > box.top + box.height / 2 ? over.nextSibling : over);
    },
  },
  zone: {
    ["@dragover"](this: any) { if (this.held && this.held.parentElement === this.$el) this.$event.preventDefault(); },
    ["@drop"](this: any) { this.$event.preventDefault(); },
  },
}));
