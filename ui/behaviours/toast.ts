// Messages leave by themselves, unless they are errors, carry an action, or somebody is reading them.
function leave(toast: HTMLElement): void {
  toast.dataset.leaving = "";
  setTimeout(() => toast.remove(), 220);
}

document.querySelectorAll<HTMLElement>("[data-toast]").forEach((toast) => {
  toast.querySelector("[data-toast-close]")?.addEventListener("click", () => leave(toast));
  if (toast.matches(".toast-error, :has(form)")) return;
  let left = window.setTimeout(() => leave(toast), 7000);
  const stay = () => clearTimeout(left);
  toast.addEventListener("pointerenter", stay);
  toast.addEventListener("focusin", stay);
  toast.addEventListener("pointerleave", () => { left = window.setTimeout(() => leave(toast), 3000); });
});

document.querySelector<HTMLElement>("[data-focus-on-load]")?.focus();
