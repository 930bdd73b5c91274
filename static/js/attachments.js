// Photos go up one at a time and stay chosen until they are up; while the network is away they wait.
// Without this file the same form sends them all at once.
"use strict";

(() => {
  if (document.documentElement.dataset.uploads) return;
  document.documentElement.dataset.uploads = "yes";
  const queues = new WeakMap();
  const forms = () => document.querySelectorAll("form[data-upload]");
  const queueOf = (form) => queues.get(form) || queues.set(form, []).get(form);

  function element(name, text, more = {}) {
    return Object.assign(document.createElement(name), { textContent: text }, more);
  }

  function trouble(form, text) {
    const place = form.querySelector("[data-trouble]");
    place.textContent = text;
    place.hidden = !text;
  }

  function show(form) {
    const queue = queueOf(form);
    const list = form.querySelector("[data-chosen]");
    list.hidden = !queue.length;
    list.replaceChildren(...queue.map((item) => line(form, item)));
  }

  function line(form, item) {
    const row = element("li", "");
    item.word = element("span", item.refused || form.dataset.waiting, { className: "due" });
    const drop = element("button", form.dataset.drop, { type: "button", className: "button button-small" });
    drop.addEventListener("click", () => {
      queues.set(form, queueOf(form).filter((other) => other !== item));
      show(form);
    });
    row.append(element("span", item.file.name), item.word, drop);
    return row;
  }

  function taken(form, html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const place = `[data-attached="${form.dataset.upload}"]`;
    const fresh = page.querySelector(place);
    if (!fresh) return false;
    document.querySelector(place).replaceWith(fresh);
    if (window.htmx) window.htmx.process(fresh);
    return true;
  }

  // Resolves to the answer; to nothing where there was none.
  function post(form, item) {
    const body = new FormData(form);
    body.delete("chosen");
    body.append("chosen", item.file, item.file.name);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("HX-Request", "true");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) item.word.textContent = `${form.dataset.sending} ${Math.floor(100 * event.loaded / event.total)}%`;
      });
      request.addEventListener("load", () => resolve(request));
      request.addEventListener("error", () => resolve(null));
      request.send(body);
    });
  }

  // What stops everything is said; what is wrong with one photo is said beside it.
  function settle(form, item, answer) {
    if (!answer) return form.dataset.offline;
    if (answer.status === 200) {
      if (!taken(form, answer.responseText)) return form.dataset.signedOut;
      queues.set(form, queueOf(form).filter((other) => other !== item));
      return "";
    }
    item.refused = refusal(answer.responseText);
    return item.refused ? "" : form.dataset.broken;
  }

  async function send(form) {
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    let stopped = "";
    trouble(form, "");
    for (let item; !stopped && (item = queueOf(form).find((each) => !each.refused)); show(form)) {
      stopped = settle(form, item, await post(form, item));
    }
    delete form.dataset.busy;
    trouble(form, stopped);
    if (!queueOf(form).length) form.querySelector("[name=caption]").value = "";
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-upload]");
    if (!form || event.target.type !== "file") return;
    queueOf(form).push(...[...event.target.files].map((file) => ({ file })));
    event.target.value = "";
    show(form);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-upload]") || !queueOf(form).length) return;
    event.preventDefault();
    send(form);
  }, true);

  window.addEventListener("online", () => {
    for (const form of forms()) if (queueOf(form).length && !form.querySelector("[data-trouble]").hidden) send(form);
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of forms()) if (queueOf(form).length) event.preventDefault();
  });
})();
