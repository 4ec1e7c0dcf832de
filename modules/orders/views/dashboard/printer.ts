import { component } from "@ui/alpine";

/** Around a button that prints the page. */
component("printer", () => ({
  print() { window.print(); },
}));
