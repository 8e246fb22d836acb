// The review queue by single keys: each names a button or link of the page by its data-key attribute.
export function reviewKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest?.("input, textarea, select, dialog")) return;
    const key = CSS.escape(event.key.toLowerCase());
    const found = document.querySelector(`.review [data-key="${key}"]`);
    if (!found) return;
    event.preventDefault();
    found.click();
    if (found.matches("summary")) found.parentElement.querySelector("select")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Escape" && event.target.closest?.(".review-correct[open]");
    if (!form) return;
    form.open = false;
    form.querySelector("summary").focus();
  });
}
