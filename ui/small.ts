// Components for the shop's pages, in place of Alpine: the same attributes and the same component(), as far as shops need them,
// in a fortieth of the bytes. Nothing is bound when a page comes: one listener on the document finds the component when
// something happens, so that parts which a script puts in work like those that came with the page.
//
// x-data="name" · x-ref="name" · x-text="property" · @event[.prevent|.passive]="method" · in methods $root, $el, $refs; init() runs once.
// The build fails where a shop's view uses another attribute.

type Factory = () => Record<string, any>;

const factories = new Map<string, Factory>();
const scopes = new WeakMap<Element, Record<string, any>>();
const events = ["click", "change", "input", "focusin", "pointerover", "scroll", "keydown", "submit"];

/** Makes x-data="name" available; call it from a script beside the page. */
export function component(name: string, factory: Factory): void {
  factories.set(name, factory);
}

function scopeOf(root: Element): Record<string, any> | undefined {
  let scope = scopes.get(root);
  const factory = factories.get(root.getAttribute("x-data") ?? "");
  if (!scope && factory) {
    scope = factory();
    scope.$root = root;
    Object.defineProperty(scope, "$refs", {
      get: () => new Proxy({}, { get: (_, name) => root.querySelector(`[x-ref="${String(name)}"]`) ?? undefined }),
    });
    scopes.set(root, scope);
  }
  return scope;
}

function show(root: Element, scope: Record<string, any>): void {
  root.querySelectorAll("[x-text]").forEach((at) => {
    if (at.closest("[x-data]") === root) at.textContent = String(scope[at.getAttribute("x-text") ?? ""] ?? "");
  });
}

function happened(event: Event): void {
  for (let at = event.target instanceof Element ? event.target : null; at; at = at.parentElement) {
    for (const name of at.getAttributeNames()) {
      if (name !== `@${event.type}` && !name.startsWith(`@${event.type}.`)) continue;
      const root = at.closest("[x-data]");
      const scope = root && scopeOf(root);
      if (!scope) continue;
      if (name.endsWith(".prevent")) event.preventDefault();
      scope.$el = at;
      scope[at.getAttribute(name) ?? ""]?.(event);
      show(root, scope);
    }
    if (!event.bubbles) return;
  }
}

/** Called once, after every component is known. */
export function start(): void {
  for (const type of events) document.addEventListener(type, happened, { capture: type === "scroll", passive: type === "scroll" });
  document.querySelectorAll("[x-data]").forEach((root) => {
    const scope = scopeOf(root);
    if (scope?.init) {
      scope.init();
      show(root, scope);
    }
  });
}
