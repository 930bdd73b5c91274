// Convenience only: every page does its work without this file.
"use strict";

// A select that filters takes effect at once; its button serves those without a script.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const pressed = event.target.closest("[data-print], [data-copy], [data-dialog], [data-close]");
  if (!pressed) return;
  if (pressed.matches("[data-copy]")) {
    copy(document.getElementById(pressed.dataset.copy), pressed);
    return;
  }
  if (pressed.matches("[data-print]")) {
    window.print();
  } else if (pressed.matches("[data-close]")) {
    event.preventDefault();
    pressed.closest("dialog").close();
  } else {
    const dialog = document.getElementById(pressed.dataset.dialog);
    if (!dialog || !dialog.showModal) return;
    event.preventDefault();
    dialog.showModal();
  }
});

// On a plain http address the browser has no clipboard of its own to offer; what is selected can still be copied.
function copy(text, button) {
  text.select();
  const done = document.execCommand("copy");
  if (done) button.textContent = button.dataset.done;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// On paper there is nothing to open, so what is folded is unfolded for printing.
window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("main details:not([open], .menu)")) {
    details.dataset.folded = "";
    details.open = true;
  }
});
window.addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-folded]")) {
    delete details.dataset.folded;
    details.open = false;
  }
});

// A form is sent once, however often its button is pressed; a download leaves the page standing,
// so after a few seconds it may be sent again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  window.setTimeout(() => delete form.dataset.sent, 4000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A partial update that was refused says so in words, in the place of the page's messages.
function say(text) {
  const place = document.getElementById("messages");
  const notice = document.createElement("li");
  notice.className = "notice notice-error";
  notice.textContent = text;
  place.replaceChildren(notice);
  place.scrollIntoView({ block: "nearest" });
}

// The day of a wall chart comes into sight: in the middle of what the column of names leaves free.
function showDay() {
  for (const frame of document.querySelectorAll("[data-scroll-to]")) {
    const names = frame.firstElementChild.offsetWidth;
    frame.scrollLeft = Number(frame.dataset.scrollTo) - (frame.clientWidth - names) / 2;
  }
}
showDay();
document.addEventListener("htmx:afterSwap", showDay);
document.addEventListener("htmx:historyRestore", showDay);

function refusal(response) {
  const page = new DOMParser().parseFromString(response, "text/html");
  const said = page.querySelector("[data-refusal]");
  return said && said.textContent.trim();
}

document.addEventListener("htmx:responseError", (event) => {
  const place = document.getElementById("messages");
  say(refusal(event.detail.xhr.responseText) || place.dataset.failed);
});
document.addEventListener("htmx:sendError", () => {
  say(document.getElementById("messages").dataset.offline);
});
