// <button data-copy="text"> copies and says so.
document.addEventListener("click", async (event) => {
  const button = (event.target as HTMLElement).closest<HTMLElement>("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy!);
  } catch {
    return; // no permission, or not a secure page: the text can still be selected
  }
  button.setAttribute("data-copied", "");
  setTimeout(() => button.removeAttribute("data-copied"), 1600);
});
