// The recovery codes are printed by the browser.
document.getElementById("print-codes")?.addEventListener("click", () => window.print());
