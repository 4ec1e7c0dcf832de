// Putting things into the cart without leaving the page, and changing quantities in place. Both forms work
// alone; where a request fails, the browser sends the form the plain way.

type Added = {
  count: number; kind: string; message: string; title: string; variant: string; quantity: number; price: string; picture: string;
  cart: string; cartLabel: string; continueLabel: string; closeLabel: string;
};

function showCount(count: number): void {
  document.querySelectorAll<HTMLElement>("[data-cart-count]").forEach((badge) => {
    badge.textContent = String(count);
    badge.hidden = count === 0;
  });
}

// Pages that are kept for all visitors know no cart: a guest's number is in a cookie of its own. Pages that are made for one visitor say it themselves.
function showKept(): void {
  const count = /(?:^|; )(?:__Host-)?cart_badge=(\d+)/.exec(document.cookie);
  const badge = document.querySelector<HTMLElement>("[data-cart-count]");
  if (count && badge?.hidden) showCount(Number(count[1]));
}
showKept();
window.addEventListener("pageshow", (event) => { if (event.persisted) showKept(); });

function node<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, text = ""): HTMLElementTagNameMap[K] {
  const it = document.createElement(tag);
  it.className = className;
  it.textContent = text;
  return it;
}

let open: { close(): void } | undefined;

/** Tells screen readers. They listen to what stands in the page from the beginning, not to what is put in whole. */
function say(text: string): void {
  const toasts = document.querySelector(".toasts");
  toasts?.querySelectorAll("[data-said]").forEach((old) => old.remove());
  const words = node("p", "visually-hidden", text);
  words.dataset.said = "";
  toasts?.append(words);
}

/** The small cart: what was just added, and the ways on. */
function showAdded(added: Added, from: HTMLElement | null): void {
  open?.close();
  const panel = node("section", "mini-cart");
  panel.setAttribute("aria-label", added.message);
  const head = node("div", "mini-cart-head");
  const close = node("button", "mini-cart-close", "×");
  close.type = "button";
  close.setAttribute("aria-label", added.closeLabel);
  head.append(node("p", "", added.message), close);
  const line = node("div", "mini-cart-line");
  const words = node("div", "");
  words.append(node("p", "cart-line-title", added.title));
  if (added.variant) words.append(node("p", "cart-line-sub", added.variant));
  words.append(node("p", "cart-line-sub num", `${added.quantity} × ${added.price}`));
  if (added.picture) {
    const picture = node("img", "");
    picture.src = added.picture;
    picture.alt = "";
    picture.width = picture.height = 64;
    line.append(picture, words);
  } else {
    line.append(words);
    words.setAttribute("class", "col-span-2");
  }
  const tools = node("div", "mini-cart-tools");
  const stay = node("button", "btn", added.continueLabel);
  stay.type = "button";
  const go = node("a", "btn btn-primary", added.cartLabel);
  go.href = added.cart;
  tools.append(stay, go);
  panel.append(head, line, tools);
  // Beside the form, so that the next Tab leads into it, and above all else on the page.
  panel.popover = "manual";
  (from?.closest("form") ?? document.body.lastElementChild!).after(panel);
  panel.showPopover?.();
  say([added.message, added.variant].filter(Boolean).join(", "));

  const gone = new AbortController();
  let timer = window.setTimeout(shut, 8000);
  function shut(): void {
    clearTimeout(timer);
    gone.abort();
    const inside = panel.contains(document.activeElement);
    panel.remove();
    if (inside) from?.focus();
    open = undefined;
  }
  panel.addEventListener("pointerenter", () => clearTimeout(timer));
  panel.addEventListener("focusin", () => clearTimeout(timer));
  panel.addEventListener("pointerleave", () => { timer = window.setTimeout(shut, 4000); });
  close.addEventListener("click", shut);
  stay.addEventListener("click", shut);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") shut(); }, { signal: gone.signal });
  open = { close: shut };
}

function showError(text: string): void {
  const toasts = document.querySelector(".toasts");
  if (!toasts) return;
  toasts.querySelectorAll("[data-cart-error]").forEach((old) => old.remove());
  const toast = node("div", "toast toast-error");
  toast.setAttribute("role", "alert");
  toast.dataset.cartError = "";
  toast.append(node("p", "toast-text", text));
  toasts.append(toast);
  setTimeout(() => toast.remove(), 8000);
}

async function add(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  button?.setAttribute("data-busy", "");
  try {
    const response = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form, button as HTMLButtonElement | null) as any), headers: { Accept: "application/json" },
    });
    const body = await response.json();
    if (response.ok) {
      showCount(body.count);
      showAdded(body, button);
    } else {
      showError(body.errors?.[0]?.message ?? body.detail ?? response.statusText);
    }
  } catch {
    form.submit();
  } finally {
    button?.removeAttribute("data-busy");
    delete form.dataset.adding;
  }
}

// Before the listener that lets a form be sent only once.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.method !== "post" || !new URL(form.action).pathname.endsWith("/cart/lines") || form.closest(".toast")) return;
  event.preventDefault();
  if (form.dataset.adding !== undefined) return;
  form.dataset.adding = "";
  void add(form, (event as SubmitEvent).submitter);
}, true);

/** Sends the cart's form and puts the answer in the place of the page's cart, with the focus where it was. */
async function refresh(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const page = form.closest<HTMLElement>("[data-cart-page]");
  page?.setAttribute("aria-busy", "true");
  const focused = document.activeElement?.closest(".cart-line-tools")?.querySelector("input")?.id;
  const part = document.activeElement instanceof HTMLButtonElement ? document.activeElement.getAttribute("aria-label") : null;
  const body = new URLSearchParams(new FormData(form, submitter as HTMLButtonElement | null) as any);
  const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = next.querySelector<HTMLElement>("[data-cart-page]");
  if (!page || !fresh) {
    location.assign(response.url || location.href);
    return;
  }
  const toasts = next.querySelector(".toasts");
  if (toasts?.children.length) {
    for (const toast of toasts.children) toast.querySelector("[data-toast-close]")?.addEventListener("click", () => toast.remove());
    document.querySelector(".toasts")?.replaceChildren(...toasts.children);
  }
  showCount(Number(next.querySelector("[data-cart-count]")?.textContent ?? 0));
  page.replaceWith(fresh);
  say(fresh.querySelector("h1")?.textContent?.trim() ?? "");
  const input = focused ? document.getElementById(focused) : null;
  const again = part ? input?.parentElement?.querySelector<HTMLElement>(`button[aria-label="${part}"]`) : null;
  const title = fresh.querySelector<HTMLElement>("h1");
  if (title) title.tabIndex = -1; // the line is gone: a reader goes on from the top
  (again ?? input ?? title)?.focus({ preventScroll: true });
}

let waiting = 0;
document.addEventListener("change", (event) => {
  const control = event.target as HTMLElement;
  const form = control.closest<HTMLFormElement>("form[data-cart-form]");
  if (!form) return;
  event.stopImmediatePropagation(); // not the plain sending of data-autosubmit
  clearTimeout(waiting);
  waiting = window.setTimeout(() => form.requestSubmit(), 450);
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.matches("form[data-cart-form]")) return;
  event.preventDefault();
  clearTimeout(waiting);
  void refresh(form, (event as SubmitEvent).submitter).catch(() => form.submit());
}, true);
