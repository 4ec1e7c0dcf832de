import { component } from "@ui/alpine";

/* What is used of the provider's script. It is loaded from its own address, on the payment page alone. */
interface Elements { create(kind: string): { mount(at: HTMLElement): void }; }
interface Stripe {
  elements(options: object): Elements;
  confirmPayment(options: object): Promise<{ error?: { message?: string } }>;
}
declare global { interface Window { Stripe?: (key: string) => Stripe; } }

const load = () => new Promise<void>((done, fail) => {
  const script = document.createElement("script");
  script.src = "https://js.stripe.com/v3/";
  script.onload = () => done();
  script.onerror = () => fail(new Error("the script did not load"));
  document.head.append(script);
});

/** The card form in the shop's page. Where it does not come up, the provider's own page is one button below. */
component("stripePay", () => ({
  stripe: null as Stripe | null,
  elements: null as Elements | null,
  async init() {
    const { key, intent } = this.$root.dataset;
    const button = this.$refs.button as HTMLButtonElement;
    try {
      const [answer] = await Promise.all([fetch(intent!, { method: "POST", headers: { Accept: "application/json" } }), load()]);
      const body = await answer.json();
      if (!answer.ok) { this.say(body.detail ?? ""); return; }
      if (body.status !== "waiting") { location.reload(); return; }
      this.stripe = window.Stripe!(key!);
      this.elements = this.stripe.elements({ clientSecret: body.secret });
      this.elements.create("payment").mount(this.$refs.element as HTMLElement);
      button.hidden = false;
    } catch { button.hidden = true; }
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
