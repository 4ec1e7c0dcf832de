import { component } from "@ui/alpine";

const roomy = window.matchMedia("(min-width: 60rem)");

/** Where the filters stand beside the products, choosing one shows the result at once. */
component("facets", () => ({
  changed() {
    if (roomy.matches) (this.$root as HTMLFormElement).requestSubmit();
  },
}));
