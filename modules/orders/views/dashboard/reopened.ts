import { component } from "@ui/alpine";

/** On a dialog whose form came back with complaints: it opens again by itself. */
component("reopened", () => ({
  init() { (this.$el as HTMLDialogElement).showModal(); },
}));
