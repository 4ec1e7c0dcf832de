import { component } from "@ui/alpine";

function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** The file input covers the zone, so that dropping needs no code; this shows where, and what was chosen. */
component("dropzone", () => ({
  files: [] as { name: string; size: string }[],
  init() {
    if ((this.$refs.input as HTMLInputElement).accept.startsWith("image/")) document.addEventListener("paste", (event) => this.paste(event));
  },
  /** Pictures that are pasted anywhere on the page are as good as chosen. Text goes where it was meant to. */
  paste(event: ClipboardEvent) {
    const input = this.$refs.input as HTMLInputElement;
    const pasted = [...event.clipboardData?.files ?? []].filter((file) => file.type.startsWith("image/"));
    if (!pasted.length || !input.isConnected || input.disabled) return;
    event.preventDefault();
    const all = new DataTransfer();
    for (const file of input.multiple ? pasted : pasted.slice(0, 1)) all.items.add(file);
    input.files = all.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  },
  get any(): boolean { return this.files.length > 0; },
  chosen() {
    this.files = [...(this.$refs.input as HTMLInputElement).files!].map((file) => ({ name: file.name, size: size(file.size) }));
  },
  zone: {
    ["@dragenter"](this: any) { this.$el.toggleAttribute("data-over", true); },
    ["@dragleave"](this: any) { if (!this.$el.contains(this.$event.relatedTarget)) this.$el.toggleAttribute("data-over", false); },
    ["@drop"](this: any) { this.$el.toggleAttribute("data-over", false); },
  },
}));
