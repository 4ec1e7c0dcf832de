// <form data-guard> asks before its changes are lost, and marks itself data-dirty.
let dirty = 0;

function snapshot(form: HTMLFormElement): string {
  return JSON.stringify([...new FormData(form)].map(([name, value]) => [name, typeof value === "string" ? value : value.name + value.size]));
}

document.querySelectorAll<HTMLFormElement>("form[data-guard]").forEach((form) => {
  // A form that came back with errors holds what was typed: it was never saved.
  const first = form.querySelector("[aria-invalid]") ? "" : snapshot(form);
  const look = () => {
    const now = snapshot(form) !== first;
    if (now !== form.hasAttribute("data-dirty")) {
      form.toggleAttribute("data-dirty", now);
      dirty += now ? 1 : -1;
    }
  };
  form.addEventListener("input", look);
  form.addEventListener("change", look);
  form.addEventListener("reset", () => setTimeout(look));
  form.addEventListener("submit", () => { dirty = 0; });
  look();
});

addEventListener("beforeunload", (event) => {
  if (dirty > 0) event.preventDefault();
});
