// Components for pages. Alpine's CSP build evaluates no code: an attribute names a property or a method.
import Alpine from "@alpinejs/csp";

type Factory = (...args: any[]) => Record<string, any>;

/** Makes x-data="name" available; call it from a script beside the page. */
export function component(name: string, factory: Factory): void {
  Alpine.data(name, factory as any);
}

/** Called once, after every component is known. */
export function start(): void {
  Alpine.start();
}
