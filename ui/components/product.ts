import { component } from "@ui/alpine";

/** Buttons of a quantity field; the field itself works alone. */
component("quantity", () => ({
  step(by: number) {
    const input = this.$refs.input as HTMLInputElement;
    const before = input.value;
    if (by > 0) input.stepUp(); else input.stepDown();
    if (input.value !== before) input.dispatchEvent(new Event("change", { bubbles: true }));
  },
  more() { this.step(1); },
  less() { this.step(-1); },
}));
