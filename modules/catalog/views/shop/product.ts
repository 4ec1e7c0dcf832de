import { component } from "@ui/alpine";

const pages = new Map<string, Promise<Document>>();

function load(url: string): Promise<Document> {
  let page = pages.get(url);
  if (!page) {
    page = fetch(url, { headers: { Accept: "text/html" } }).then(async (answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    });
    page.catch(() => pages.delete(url));
    pages.set(url, page);
    setTimeout(() => pages.delete(url), 30_000);
  }
  return page;
}

/** Chooses a variant in place: the page of the variant is asked for (when a choice is pointed at already) and its
    parts are put in. The server alone knows prices, stock and what goes together. */
component("product", () => ({
  wanted: "",
  link(event: Event): HTMLAnchorElement | null { return (event.target as Element).closest<HTMLAnchorElement>("a[data-choice]"); },
  fetchAhead(event: Event) {
    const link = this.link(event);
    if (link && !link.hasAttribute("aria-current")) load(link.href).catch(() => {});
  },
  choose(event: MouseEvent) {
    const link = this.link(event);
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    this.go(link.href);
  },
  pick(event: Event) {
    const url = new URL(location.href);
    url.searchParams.set("variant", (event.target as HTMLSelectElement).value);
    this.go(url.href);
  },
  async go(href: string) {
    this.wanted = href;
    try {
      const page = await load(href);
      if (this.wanted === href) this.put(page, href);
    } catch {
      location.href = href;
    }
  },
  put(page: Document, href: string) {
    const root = this.$root as HTMLElement;
    const focused = (document.activeElement as HTMLElement | null)?.dataset.choice;
    const quantity = root.querySelector<HTMLInputElement>("input[name=quantity]")?.value;
    for (const part of root.querySelectorAll<HTMLElement>("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
      if (fresh) part.replaceChildren(...document.importNode(fresh, true).childNodes);
    }
    const input = root.querySelector<HTMLInputElement>("input[name=quantity]");
    if (input && quantity) input.value = String(Math.min(Number(quantity) || 1, Number(input.max) || 99));
    if (focused) root.querySelector<HTMLElement>(`[data-choice="${CSS.escape(focused)}"]`)?.focus();
    history.replaceState(history.state, "", href);
    this.show(page.querySelector<HTMLElement>("[data-at]")?.dataset.at ?? "");
  },
  show(id: string) {
    const stage = (this.$root as HTMLElement).querySelector<HTMLElement>(".gallery-stage");
    const at = id && stage ? [...stage.children].findIndex((slide) => (slide as HTMLElement).dataset.picture === id) : -1;
    if (stage && at >= 0) stage.scrollTo({ left: at * stage.clientWidth * (document.dir === "rtl" ? -1 : 1) });
  },
}));
