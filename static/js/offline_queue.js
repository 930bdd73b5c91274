// Forms that wait for the network, kept on this device and sent once: the form's own number tells twice from new.
"use strict";

// `name`: what the keys of this device begin with; `scope`: below which address its forms lie, and its kept pages.
const offlineQueue = ({ name, scope, arrived }) => {
  const KEPT = scope.replaceAll("/", "");
  const queueKey = (user) => `${name}-queue:${user}`;

  function stored(key, missing) {
    try {
      return JSON.parse(localStorage.getItem(key)) || missing;
    } catch {
      return missing;
    }
  }

  // Private windows and full disks refuse; the page then says what it knows: nothing was kept here.
  function store(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  const waiting = (user) => stored(queueKey(user), []);

  // One item waits for each form: pressed again, the later words take the place of the earlier ones.
  function add(user, item) {
    return store(queueKey(user), [...waiting(user).filter((each) => each.draft !== item.draft), item]);
  }

  function drop(user, item) {
    store(queueKey(user), waiting(user).filter((each) => each.draft !== item.draft));
  }

  // What was pressed again while it was on its way is a later item, and stays.
  function dropSent(user, item) {
    store(queueKey(user), waiting(user).filter((each) => each.draft !== item.draft || each.at !== item.at));
  }

  // A rotated token lies in the cookie; the one in a page kept for offline use may be an old one.
  function token() {
    const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return found ? found[1] : "";
  }

  // "sent" with its receipt, "refused" by the rules and why, "login", or "offline".
  async function send(user, item) {
    const body = new URLSearchParams(item.body);
    if (token()) body.set("csrfmiddlewaretoken", token());
    let answer;
    try {
      answer = await fetch(item.url, { method: "POST", body, credentials: "same-origin" });
    } catch {
      return { state: "offline" };
    }
    if (new URL(answer.url).pathname.startsWith("/login")) return { state: "login" };
    if (answer.status >= 500) return { state: "offline" };
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const receipt = page.querySelector("[data-receipt]");
    if (!answer.ok || !receipt) return { state: "refused", why: refusal(page) };
    dropSent(user, item);
    if (arrived) arrived(item, KEPT);
    return { state: "sent", url: answer.url, number: receipt.textContent };
  }

  function refusal(page) {
    const said = page.querySelector(".notice-error li, .notice-error, main .error-text, main p");
    return said ? said.textContent.trim() : "";
  }

  // Two open pages of one browser do not send the same queue at the same time.
  function alone(work) {
    return navigator.locks ? navigator.locks.request(`${name}-queue`, work) : work();
  }

  function flush(user, told) {
    return alone(async () => {
      for (const item of waiting(user)) {
        if (item.refused) continue;
        const result = await send(user, item);
        if (result.state === "refused") {
          add(user, { ...item, refused: true, why: result.why });
        }
        told(item, result);
        if (result.state === "offline" || result.state === "login") break;
      }
    });
  }

  // The pages of the forms and what they are drawn with, so that they open without a network.
  async function keep(pages) {
    if (!("serviceWorker" in navigator) || !window.caches) return;
    await navigator.serviceWorker.register("/sw.js", { scope });
    const kept = await caches.open(KEPT);
    const styles = [...document.querySelectorAll("link[rel=stylesheet]")].map((each) => each.href);
    const scripts = [...document.querySelectorAll("script[src]")].map((each) => each.src);
    for (const url of [...pages, ...styles, ...scripts]) {
      const answer = await fetch(url, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) await kept.put(url, answer);
    }
  }

  // A list of forms: sends what waits until nothing does, and says so there. `words` makes a sentence of an item.
  function watch(place, words, shown) {
    const { user } = place.dataset;

    function line(text, href) {
      const notice = document.createElement("p");
      notice.className = "notice";
      notice.setAttribute("role", "status");
      notice.textContent = text;
      if (href) {
        const link = document.createElement("a");
        link.href = href;
        link.textContent = "打开";
        notice.append("　", link);
      }
      place.append(notice);
    }

    function show() {
      place.replaceChildren();
      for (const item of waiting(user)) line(item.refused ? words.refused(item) : words.waits(item), item.url);
      if (shown) shown(waiting(user));
    }

    function go() {
      flush(user, (item, result) => {
        show();
        if (result.state === "sent") line(words.sent(item, result), result.url);
      }).then(() => {
        if (waiting(user).some((item) => !item.refused)) window.setTimeout(go, 4000);
      });
    }

    show();
    go();
    window.addEventListener("online", go);
  }

  return { add, alone, drop, flush, keep, send, store, stored, waiting, watch };
};
