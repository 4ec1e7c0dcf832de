// A form is sent once: its buttons are shut after the first submit, and opened again when the page comes
// back from the browser's history.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method === "get" || form.method === "dialog" || form.dataset.resend !== undefined) return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  const button = (event as SubmitEvent).submitter;
  // After the browser has read the form: a disabled button would not be part of it.
  setTimeout(() => button?.setAttribute("data-busy", ""));
});

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll("[data-busy]").forEach((button) => button.removeAttribute("data-busy"));
});

// Filters send themselves.
document.addEventListener("change", (event) => {
  const control = event.target as HTMLInputElement;
  if (control.matches("[data-autosubmit]")) control.form?.requestSubmit();
});
