// Light, dark or as the system: kept in a cookie, so that the server renders the next page right.
function set(scheme: string): void {
  if (scheme === "auto") delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = scheme;
  mark();
}

function mark(): void {
  const now = document.documentElement.dataset.scheme ?? "auto";
  document.querySelectorAll<HTMLElement>("[data-scheme-set]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.schemeSet === now)));
}

const secure = location.protocol === "https:" ? "; Secure" : "";

document.addEventListener("click", (event) => {
  const target = event.target as HTMLElement;
  const choice = target.closest<HTMLElement>("[data-scheme-set]")?.dataset.schemeSet;
  if (choice) {
    document.cookie = `scheme=${choice}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    set(choice);
  }
  if (target.closest("[data-rail]")) {
    const root = document.documentElement;
    if (root.dataset.sidebar === "rail") delete root.dataset.sidebar;
    else root.dataset.sidebar = "rail";
    localStorage.setItem("sidebar", root.dataset.sidebar ?? "");
  }
});

if (localStorage.getItem("sidebar") === "rail") document.documentElement.dataset.sidebar = "rail";
mark();
