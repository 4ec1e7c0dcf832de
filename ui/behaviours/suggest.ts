// <input data-suggest="url"> shows what the address suggests for what is typed, as the combobox pattern of the ARIA practices has it: arrows choose,
// Enter goes there, Escape closes. Without scripts the form leads to the search's page.
type Suggestion = { label: string; url: string; picture?: string; price?: string };

const wait = 120; // ms after the last key
let count = 0;

function make(tag: string, className: string, text = ""): HTMLElement {
  const e = document.createElement(tag);
  e.className = className;
  e.textContent = text;
  return e;
}

function attach(input: HTMLInputElement): void {
  const list = make("div", "suggest");
  list.id = `suggest-${++count}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent?.trim() ?? "");
  list.hidden = true;
  (input.closest("label") ?? input).after(list); // not into the label, whose text is the field's name
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);
  let timer = 0;
  let asked = "";
  let at = -1;

  const options = () => [...list.querySelectorAll<HTMLAnchorElement>("a")];
  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (next: number) => {
    const all = options();
    at = (next + all.length + 1) % (all.length + 1);
    if (at === all.length) at = -1;
    all.forEach((a, i) => a.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const show = (found: Suggestion[]) => {
    list.replaceChildren(
      ...found.map((s, i) => {
        const a = make("a", "suggest-option") as HTMLAnchorElement;
        a.href = s.url;
        a.id = `${list.id}-${i}`;
        a.tabIndex = -1;
        a.setAttribute("role", "option");
        a.setAttribute("aria-selected", "false");
        const picture = make(s.picture ? "img" : "span", "suggest-picture");
        if (s.picture) {
          (picture as HTMLImageElement).src = s.picture;
          (picture as HTMLImageElement).alt = "";
        }
        a.append(picture, make("span", "suggest-label", s.label), make("span", "suggest-price num", s.price ?? ""));
        return a;
      }),
    );
    at = -1;
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!!found.length));
  };
  const ask = async () => {
    const text = input.value.trim();
    if (text === asked && !list.hidden) return;
    asked = text;
    if (text.length < 2) return close();
    try {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
      if (answer.ok && asked === text && document.activeElement === input) show(await answer.json());
    } catch {
      close(); // the form still works
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, wait);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at < 0 ? options().length - 1 : at - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && at >= 0) location.href = options()[at].href;
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
}

document.querySelectorAll<HTMLInputElement>("input[data-suggest]").forEach(attach);
