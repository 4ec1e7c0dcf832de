// <div id="live" data-refresh="15"> is fetched anew every 15 seconds while it is looked at, and nobody works in it. Without
// scripts the page has a link that does the same.
const region = document.querySelector<HTMLElement>("[data-refresh][id]");
if (region) {
  setInterval(async () => {
    if (document.hidden || region.contains(document.activeElement)) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(region.id);
      if (fresh) region.replaceChildren(...fresh.childNodes);
    } catch {
      // the server is away: what was seen last stays
    }
  }, Number(region.dataset.refresh) * 1000);
}
