// Notes in the margin of a conversation: a note and its words light each other up, and on a wide screen each note
// stands as near to the height of its words as the notes before it allow.
const WIDE = "(min-width: 992px)";
const GAP = 8; // pixels between two notes

export function marginNotes() {
  const margin = document.querySelector("[data-margin]");
  if (!margin) return;
  const place = () => placed(margin);
  place();
  document.fonts?.ready.then(place);
  window.addEventListener("resize", place);
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, (event) => light(numbersAt(event.target)));
  for (const kind of ["pointerout", "focusout"]) document.addEventListener(kind, () => light(numbersAt(document.activeElement)));
}

function numbersAt(element) {
  return element?.closest?.("[data-notes]")?.dataset.notes.split(" ") ?? [];
}

function light(numbers) {
  for (const one of document.querySelectorAll(".told, .note")) {
    one.classList.toggle("lit", one.dataset.notes.split(" ").some((number) => numbers.includes(number)));
  }
}

function placed(margin) {
  const notes = [...margin.querySelectorAll(".note")];
  for (const note of notes) note.style.marginTop = "";
  if (!window.matchMedia(WIDE).matches) return;
  const scrolled = window.scrollY;
  let free = margin.getBoundingClientRect().top + scrolled;
  for (const note of notes) {
    const words = document.querySelector(`.told[data-notes~="${note.dataset.notes}"]`);
    const wanted = words ? words.getBoundingClientRect().top + scrolled : free;
    const top = Math.max(free, wanted);
    note.style.marginTop = `${top - free}px`;
    free = top + note.offsetHeight + GAP;
  }
}
