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
  ready: false,
  busy: false,
  fault: "",
  stripe: null as Stripe | null,
  elements: null as Elements | null,
  async init() {
    const { key, intent } = this.$root.dataset;
    try {
      const [answer] = await Promise.all([fetch(intent!, { method: "POST", headers: { Accept: "application/json" } }), load()]);
      const body = await answer.json();
      if (!answer.ok) { this.fault = body.detail ?? ""; return; }
      if (body.status !== "waiting") { location.reload(); return; }
      this.stripe = window.Stripe!(key!);
      this.elements = this.stripe.elements({ clientSecret: body.secret });
      this.elements.create("payment").mount(this.$refs.element as HTMLElement);
      this.ready = true;
    } catch { this.ready = false; }
  },
  async pay() {
    if (this.busy || !this.stripe) return;
    this.busy = true;
    this.fault = "";
    const { error } = await this.stripe.confirmPayment({ elements: this.elements, confirmParams: { return_url: this.$root.dataset.return } });
    this.fault = error?.message ?? "";
    this.busy = false;
  },
}));
