import { component } from "@ui/alpine";

/** A category's form: conditions that grow, what they take before anything is saved, and products in order by hand. */
component("collection", () => ({
  waiting: 0,
  asked: 0,
  init() {
    const rows = this.$refs.rows as HTMLElement;
    rows.addEventListener("change", (event) => this.words(event));
    rows.addEventListener("click", (event) => {
      const button = (event.target as Element).closest("[data-remove]");
      if (button) this.remove(button.closest<HTMLElement>(".rule-row")!);
    });
    rows.querySelectorAll<HTMLSelectElement>("select").forEach((select) => this.offer(select));
    (this.$root as HTMLElement).addEventListener("input", (event) => {
      if ((event.target as Element).closest("#rule")) this.look();
    });
    (this.$root as HTMLElement).querySelector<HTMLElement>("[data-preview-button]")!.hidden = true;
  },
  words(event: Event) {
    if (event.target instanceof HTMLSelectElement) this.offer(event.target);
  },
  /** Offers the words in use beside a condition of type, brand or tag. */
  offer(select: HTMLSelectElement) {
    const input = select.closest(".rule-row")!.querySelector<HTMLInputElement>("input[name=condition_value]")!;
    const [subject] = select.value.split("_");
    if (["type", "brand", "tag"].includes(subject)) input.setAttribute("list", `rule-${subject}`);
    else input.removeAttribute("list");
    const days = select.value.endsWith("_within");
    input.type = ["created", "published"].includes(subject) && !days ? "date" : "text";
    input.inputMode = days ? "numeric" : ["price", "stock", "sale"].includes(subject) ? "decimal" : "text";
  },
  remove(row: HTMLElement) {
    const select = row.querySelector("select")!;
    select.value = "";
    row.querySelector<HTMLInputElement>("input")!.value = "";
    row.querySelector(".error")?.remove();
    if (row.parentElement!.children.length > 1) {
      const next = (row.nextElementSibling ?? row.previousElementSibling)!.querySelector("select")!;
      row.remove();
      next.focus();
    }
    this.look();
    this.$root.dispatchEvent(new Event("change"));
  },
  more: {
    ["@click"](this: any) {
      const rows = this.$refs.rows as HTMLElement, at = Date.now();
      const fresh = rows.lastElementChild!.cloneNode(true) as HTMLElement;
      const select = fresh.querySelector("select")!, input = fresh.querySelector<HTMLInputElement>("input")!;
      fresh.querySelector(".error")?.remove();
      input.removeAttribute("aria-invalid");
      select.value = input.value = "";
      select.id = `condition-${at}-test`;
      input.id = `condition-${at}`;
      fresh.querySelectorAll("label").forEach((label: HTMLLabelElement, i: number) => { label.htmlFor = i ? input.id : select.id; });
      rows.append(fresh);
      this.offer(select);
      select.focus();
    },
  },
  /** Asks what the conditions take, when nothing was typed for a moment. */
  look() {
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.ask(), 350);
  },
  async ask() {
    const turn = ++this.asked, shown = this.$refs.preview as HTMLElement;
    shown.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(this.$root.dataset.preview!, { method: "POST", body: new URLSearchParams(new FormData(this.$root) as any), headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-part=rule-preview]");
      if (turn === this.asked && page) shown.replaceChildren(...page.childNodes);
    } finally {
      if (turn === this.asked) shown.removeAttribute("aria-busy");
    }
  },
  order: {
    ["@click"](this: any) {
      const button = (this.$event.target as Element).closest<HTMLElement>("[data-move]");
      const row = button?.closest("li");
      if (!button || !row) return;
      if (button.dataset.move === "-1") row.previousElementSibling?.before(row);
      else row.nextElementSibling?.after(row);
      button.focus();
      row.parentElement!.querySelectorAll<HTMLInputElement>(".arrange-place").forEach((input, i) => { input.value = String(i + 1); });
      (this.$refs.arranged as HTMLInputElement).value = "1";
      this.$root.dispatchEvent(new Event("change"));
    },
  },
}));
