import { component } from "@ui/alpine";

const shown = ["preset", "accent", "announcement", "hero_title", "hero_text", "hero_button", "hero_layout", "tagline"];

/** Redraws the sketch of the shop while the form is filled in. */
component("themePreview", () => ({
  draw() {
    const form = this.$root as HTMLFormElement;
    const data = new FormData(form);
    const query = new URLSearchParams();
    for (const name of shown) query.set(name, String(data.get(name) ?? ""));
    if (form.querySelector("[name=remove_hero_picture]:not(:checked)")) query.set("hero_picture", "/kept");
    const file = data.get("hero_picture_file");
    if (file instanceof File && file.size > 0) query.set("hero_picture", "/new");
    const url = `${form.dataset.preview}?${query}`;
    (this.$refs.light as HTMLImageElement).src = url;
    (this.$refs.dark as HTMLImageElement).src = `${url}&dark=1`;
    const accent = query.get("accent") ?? "";
    if (/^#[0-9a-f]{6}$/i.test(accent)) (this.$refs.swatch as HTMLInputElement).value = accent;
  },
  pick() {
    const field = (this.$root as HTMLElement).querySelector<HTMLInputElement>("[name=accent]")!;
    field.value = (this.$refs.swatch as HTMLInputElement).value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  },
}));
