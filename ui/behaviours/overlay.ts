// Dropdowns close when one clicks elsewhere or presses Escape; arrow keys walk their items.
document.addEventListener("click", (event) => {
  document.querySelectorAll<HTMLDetailsElement>("details[data-dropdown][open]").forEach((menu) => {
    if (!menu.contains(event.target as Node)) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  const menu = (event.target as HTMLElement).closest<HTMLDetailsElement>("details[data-dropdown][open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary")?.focus();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const items = [...menu.querySelectorAll<HTMLElement>(".menu a, .menu button")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  items.at((items.indexOf(document.activeElement as HTMLElement) + step) % items.length)?.focus();
});

// Browsers without the command attribute.
if (!("command" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest("button[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor")!);
    if (!(dialog instanceof HTMLDialogElement)) return;
    if (button!.getAttribute("command") === "close") dialog.close();
    else dialog.showModal();
  });
}

// A click on the backdrop closes the dialog.
document.addEventListener("click", (event) => {
  const dialog = event.target as HTMLElement;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.open) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && event.detail > 0) dialog.close();
});
