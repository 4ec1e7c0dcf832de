import { component } from "@ui/alpine";

interface Uploaded { images: { id: string; small: string }[]; refused: string[]; updated: number }

/** The product's form: the preview of a search result, and pictures that are added at once and put in order by hand. */
component("product", () => ({
  slug: "", heading: "", summary: "", uploading: "", refused: [] as string[], dragged: null as HTMLElement | null,
  get failed(): boolean { return this.refused.length > 0; },
  init() {
    this.look();
    this.$root.addEventListener("input", () => this.look());
    const list = this.$refs.pictures as HTMLElement;
    list.addEventListener("click", (event) => this.step(event));
    list.addEventListener("dragstart", (event) => { this.dragged = (event.target as HTMLElement).closest("[data-picture]"); });
    list.addEventListener("dragend", () => { this.dragged = null; this.number(); });
    list.addEventListener("dragover", (event) => this.over(event));
  },
  field(name: string): string { return (this.$root.elements.namedItem(name) as HTMLInputElement | null)?.value.trim() ?? ""; },
  look() {
    this.slug = this.field("slug");
    this.heading = this.field("seo_title") || this.field("title");
    const text = this.field("seo_description") || new DOMParser().parseFromString(this.field("body"), "text/html").body.textContent!.replace(/\s+/g, " ").trim();
    this.summary = text.length > 160 ? text.slice(0, 157) + "…" : text;
  },

  tiles(): HTMLElement[] { return [...(this.$refs.pictures as HTMLElement).children] as HTMLElement[]; },
  number() {
    this.tiles().forEach((tile: HTMLElement, i: number) => {
      const input = tile.querySelector<HTMLInputElement>("[name^=position-]");
      if (input) input.value = String(i + 1);
    });
    this.$root.dispatchEvent(new Event("change"));
  },
  step(event: Event) {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-move]");
    const tile = button?.closest<HTMLElement>("[data-picture]");
    if (!button || !tile) return;
    if (button.dataset.move === "-1") tile.previousElementSibling?.before(tile);
    else tile.nextElementSibling?.after(tile);
    button.focus();
    this.number();
  },
  over(event: DragEvent) {
    const tile = (event.target as HTMLElement).closest<HTMLElement>("[data-picture]");
    if (!this.dragged) return;
    event.preventDefault();
    if (!tile || tile === this.dragged) return;
    const box = tile.getBoundingClientRect();
    if (event.clientY > box.top + box.height / 2) tile.after(this.dragged);
    else tile.before(this.dragged);
  },

  upload: {
    ["@change"](this: any) { this.send(this.$el.querySelector("input[type=file]")); },
  },
  async send(input: HTMLInputElement) {
    const files = [...input.files!];
    this.refused = [];
    for (const [i, file] of files.entries()) {
      this.uploading = `${file.name} (${i + 1} / ${files.length})`;
      const body = new FormData();
      body.append("images", file);
      try {
        const answer = await fetch(this.$root.dataset.upload!, { method: "POST", body, headers: { Accept: "application/json" } });
        const got = await answer.json() as Uploaded & { detail?: string };
        this.refused = [...this.refused, ...(got.refused ?? [`${file.name}: ${got.detail ?? answer.statusText}`])];
        for (const image of got.images ?? []) this.add(image);
        if (got.updated) (this.$root.elements.namedItem("updated") as HTMLInputElement).value = String(got.updated);
      } catch {
        this.refused = [...this.refused, file.name];
      }
    }
    this.uploading = "";
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: false }));
  },
  add(image: { id: string; small: string }) {
    const tile = (this.$refs.tile as HTMLTemplateElement).content.firstElementChild!.cloneNode(true) as HTMLElement;
    tile.querySelectorAll<HTMLInputElement>("[name]").forEach((input) => { input.name += image.id; if (input.id) input.id += image.id; });
    tile.querySelectorAll<HTMLLabelElement>("label[for]").forEach((label) => { label.htmlFor += image.id; });
    tile.querySelector("img")!.src = image.small;
    (this.$refs.pictures as HTMLElement).append(tile);
    this.number();
  },
}));

/** The last, empty value of an option grows another one as soon as it is used. */
component("options", () => ({
  values: {
    ["@input"](this: any) {
      const last = this.$el.lastElementChild as HTMLElement;
      if (!last.contains(this.$event.target) || !this.$event.target.value) return;
      const next = last.cloneNode(true) as HTMLElement;
      next.querySelectorAll("input").forEach((input) => { input.value = ""; input.removeAttribute("value"); });
      last.after(next);
    },
  },
}));
