// What a form for quick hands needs besides the browser's own: arrows from a search field into what it found,
// Ctrl + Enter to send, and no second sending of the same form.
export function quickForms() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event);
    if (event.key === "Enter" && event.target.matches?.("[data-choose]")) enter(event);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-send-once]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  });
}

function step(event) {
  const field = document.querySelector("[data-choose]");
  if (!field) return;
  const places = [field, ...document.querySelectorAll(`${field.dataset.choose} a`)];
  const here = places.indexOf(event.target);
  if (here < 0) return;
  event.preventDefault();
  places[Math.max(0, Math.min(places.length - 1, here + (event.key === "ArrowDown" ? 1 : -1)))].focus();
}

// Enter in the search field takes the only one that was found.
function enter(event) {
  const found = document.querySelectorAll(`${event.target.dataset.choose} a`);
  if (found.length !== 1) return;
  event.preventDefault();
  found[0].click();
}
