import { component } from "@ui/alpine";

/** On the form of a refund: asks the server what it would be, whenever something changes, and shows its answer. */
component("refund", () => ({
  asked: 0,
  init() {
    const form = this.$el as HTMLFormElement;
    let timer = 0;
    form.addEventListener("input", (event: Event) => {
      if ((event.target as HTMLInputElement).name === "reason") return;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void this.ask(form), 250);
    });
  },
  async ask(form: HTMLFormElement) {
    const turn = ++this.asked;
    const body = new URLSearchParams(new FormData(form) as any);
    body.set("do", "preview");
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || turn !== this.asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = "[data-refund-summary] .card-body";
    const fresh = page.querySelector(part);
    if (fresh) form.querySelector(part)?.replaceWith(fresh);
  },
}));
