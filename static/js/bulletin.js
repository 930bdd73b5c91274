// A figure that is pressed goes into the text where one was writing; without this file its name is copied by hand.
"use strict";

let written = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches(".bulletin-form textarea")) written = event.target;
});

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-token]");
  const place = written || document.querySelector(".bulletin-form textarea");
  if (!pressed || !place) return;
  place.focus();
  place.setRangeText(pressed.dataset.token, place.selectionStart, place.selectionEnd, "end");
  place.dispatchEvent(new Event("input", { bubbles: true }));
});
