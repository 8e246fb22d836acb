// The side panel: a native modal <dialog>, so that focus, Escape and the backdrop are the browser's business.
export function panel(dialog) {
  if (!dialog) return;
  const body = dialog.querySelector("#panel-body");

  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx?.target !== body) return;
    if (!dialog.open) dialog.showModal();
    body.scrollTop = 0;
    const heading = body.querySelector("h1, h2");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
    body.querySelector("details.act[open]")?.scrollIntoView({ block: "end" });
    for (const text of body.querySelectorAll(".words")) showMark(text);
  });

  dialog.addEventListener("click", (event) => {
    const outside = event.target === dialog;
    if (outside || event.target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => body.replaceChildren());
}

// Scrolls a long text, and nothing around it, to the words that matter.
function showMark(text) {
  const mark = text.querySelector("mark");
  if (mark) text.scrollTop = mark.offsetTop - text.offsetTop - text.clientHeight / 3;
}
