import { component } from "@ui/alpine";

/** How much of a field's maxlength is used. */
component("counter", () => ({
  text: "",
  init() { this.count(); },
  count() {
    const input = this.$refs.input as HTMLInputElement;
    this.text = input.maxLength > 0 ? `${input.value.length}/${input.maxLength}` : String(input.value.length);
  },
}));
