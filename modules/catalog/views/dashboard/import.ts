import { component } from "@ui/alpine";

/** Asks every second how far the import is, and shows its result when it has finished. */
component("importProgress", () => ({
  timer: 0,
  init() { this.timer = window.setInterval(() => this.look(), 1000); },
  destroy() { clearInterval(this.timer); },
  async look() {
    const answer = await fetch(this.$root.dataset.url!, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer || !answer.ok) return;
    const now = (await answer.json()) as { state: string; rows: number; total: number };
    if (now.state !== "queued" && now.state !== "running") {
      clearInterval(this.timer);
      location.reload();
      return;
    }
    if (now.total === 0) return;
    const bar = this.$root.querySelector("progress") as HTMLProgressElement;
    bar.max = now.total;
    bar.value = now.rows;
    const text = this.$root.querySelector(".progress-head .num");
    if (text) text.textContent = `${now.rows.toLocaleString()} ${this.$root.dataset.of} ${now.total.toLocaleString()}`;
  },
}));
