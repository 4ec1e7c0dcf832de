// "/" goes to the search field, "s" or Ctrl+Enter saves the form marked data-guard or data-save.
function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const save = () => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[method=post]") ?? document.querySelector<HTMLFormElement>("form[data-guard], form[data-save]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  };
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return save();
  if (event.ctrlKey || event.metaKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    const search = document.querySelector<HTMLInputElement>("[data-search]") ?? document.querySelector<HTMLInputElement>("[data-search-global]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "s" && document.querySelector("form[data-guard], form[data-save]")) {
    save();
  }
});
