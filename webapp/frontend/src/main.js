import "htmx.org";
import { quickForms } from "./log.js";
import { marginNotes } from "./margin.js";
import { panel } from "./panel.js";
import { reviewKeys } from "./review.js";
import { themeSwitch } from "./theme-switch.js";

panel(document.getElementById("panel"));
themeSwitch();
quickForms();
marginNotes();
reviewKeys();

// A list that was searched or filtered keeps its question in the address, so that it can be shared.
document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx?.sourceElement?.closest?.("[data-keep-address]")) {
    history.replaceState(null, "", ctx.request.action);
  }
});

// Menus made of <details> close when something else is clicked, or with Escape.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
