import { component } from "@ui/alpine";

/* What is used of the provider's script. It is loaded from its own address, on the payment page alone. */
interface Element_ { mount(at: HTMLElement): void; on(event: "ready" | "loaderror", then: () => void): void; }
interface Stripe {
  elements(options: object): { create(kind: string): Element_ };
  confirmPayment(options: object): Promise<{ error?: { message?: string } }>;
}
declare global { interface Window { Stripe?: (key: string) => Stripe; } }

/** How long the card form may take to come up, in milliseconds; after that the provider's own page takes its place. */
const patience = 8000;

const load = () => new Promise<void>((done, fail) => {
  const script = document.createElement("script");
  script.src = "https://js.stripe.com/v3/";
  script.onload = () => done();
  script.onerror = () => fail(new Error("the script did not load"));
  document.head.append(script);
});

/** The card form in the shop's page. Where it does not come up, the page says so, and the provider's own page is the way to pay. */
component("stripePay", () => ({
  stripe: null as Stripe | null,
  elements: null as ReturnType<Stripe["elements"]> | null,
  async init() {
    const { key, intent } = this.$root.dataset;
    const late = setTimeout(() => this.instead(), patience);
    try {
      await load(); // a payment is begun only where the form can come up
      const answer = await fetch(intent!, { method: "POST", headers: { Accept: "application/json" } });
      const body = await answer.json();
      if (!answer.ok) { clearTimeout(late); this.instead(body.detail); return; }
      if (body.status !== "waiting") { location.reload(); return; }
      this.stripe = window.Stripe!(key!);
      this.elements = this.stripe.elements({ clientSecret: body.secret });
      const form = this.elements.create("payment");
      form.on("ready", () => { clearTimeout(late); this.ready(); });
      form.on("loaderror", () => { clearTimeout(late); this.instead(); });
      form.mount(this.$refs.element as HTMLElement);
    } catch { clearTimeout(late); this.instead(); }
  },
  /** The form is there. */
  ready() {
    this.only(["element", "button", "other"]);
  },
  /** The form is not: what is left is the provider's own page. */
  instead(why?: string) {
    this.$refs.hosted!.classList.remove("no-js-only"); // as where scripts do not run
    if (why) this.$refs.missing!.textContent = why;
    this.only(["missing", "hosted"]);
  },
  only(shown: string[]) {
    for (const name of ["loading", "element", "button", "other", "missing", "hosted"]) (this.$refs[name] as HTMLElement).hidden = !shown.includes(name);
  },
  async pay() {
    const button = this.$refs.button as HTMLButtonElement;
    if (button.disabled || !this.stripe) return;
    button.disabled = true;
    this.say("");
    const { error } = await this.stripe.confirmPayment({ elements: this.elements, confirmParams: { return_url: this.$root.dataset.return } });
    this.say(error?.message ?? "");
    button.disabled = false;
  },
  say(fault: string) {
    const at = this.$refs.fault as HTMLElement;
    at.textContent = fault;
    at.hidden = fault === "";
  },
}));
