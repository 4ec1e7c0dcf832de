import { component } from "@ui/alpine";

/** Keeps the thumbnails in step with the pictures. */
component("gallery", () => ({
  thumbs(): HTMLElement[] { return [...this.$root.querySelectorAll(".gallery-thumb")] as HTMLElement[]; },
  show() {
    const stage = this.$refs.stage as HTMLElement;
    stage.scrollTo({ left: this.thumbs().indexOf(this.$el) * stage.clientWidth * (document.dir === "rtl" ? -1 : 1) });
  },
  scrolled() {
    const stage = this.$refs.stage as HTMLElement;
    const at = Math.round(Math.abs(stage.scrollLeft) / stage.clientWidth);
    this.thumbs().forEach((thumb: HTMLElement, i: number) => {
      if (i === at) thumb.setAttribute("aria-current", "true");
      else thumb.removeAttribute("aria-current");
    });
  },
}));
