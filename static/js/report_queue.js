// Reports that wait for the network, kept on this device and sent once: the form's own number tells twice from new.
"use strict";

const reportQueue = (() => {
  const KEPT = "weekly-report";
  const queueKey = (user) => `report-queue:${user}`;
  const draftKey = (user, project, period) => `report-draft:${user}:${project}:${period}`;

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

  // One report waits for each form: pressed again, the later words take the place of the earlier ones.
  function add(user, item) {
    return store(queueKey(user), [...waiting(user).filter((each) => each.draft !== item.draft), item]);
  }

  function drop(user, item) {
    store(queueKey(user), waiting(user).filter((each) => each.draft !== item.draft));
  }

  // A rotated token lies in the cookie; the one in a page kept for offline use may be an old one.
  function token() {
    const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return found ? found[1] : "";
  }

  // "sent" with its receipt, "refused" by the rules, "login", or "offline".
  async function send(user, item) {
    const body = new URLSearchParams(item.body);
    if (token()) body.set("csrfmiddlewaretoken", token());
    let answer;
    try {
      answer = await fetch(item.url, { method: "POST", body, credentials: "same-origin" });
    } catch {
      return { state: "offline" };
    }
    const path = new URL(answer.url).pathname;
    if (path.startsWith("/login")) return { state: "login" };
    if (!answer.ok) return { state: answer.status >= 500 ? "offline" : "refused" };
    if (!path.startsWith("/weekly-report/receipt/")) return { state: "refused" };
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const number = page.querySelector("[data-receipt]");
    forget(user, item);
    return { state: "sent", url: answer.url, number: number ? number.textContent : "" };
  }

  function forget(user, item) {
    drop(user, item);
    localStorage.removeItem(item.draft);
    if (window.caches) caches.open(KEPT).then((kept) => kept.delete(item.url)).catch(() => {});
  }

  // Two open pages of one browser do not send the same queue at the same time.
  function alone(work) {
    return navigator.locks ? navigator.locks.request("report-queue", work) : work();
  }

  function flush(user, told) {
    return alone(async () => {
      for (const item of waiting(user)) {
        if (item.refused) continue;
        const result = await send(user, item);
        if (result.state === "refused") {
          add(user, { ...item, refused: true });
        }
        told(item, result);
        if (result.state === "offline" || result.state === "login") break;
      }
    });
  }

  // The pages of the forms and what they are drawn with, so that they open without a network.
  async function keep(pages) {
    if (!("serviceWorker" in navigator) || !window.caches) return;
    await navigator.serviceWorker.register("/sw.js", { scope: "/weekly-report/" });
    const kept = await caches.open(KEPT);
    const styles = [...document.querySelectorAll("link[rel=stylesheet]")].map((each) => each.href);
    const scripts = [...document.querySelectorAll("script[src]")].map((each) => each.src);
    for (const url of [...pages, ...styles, ...scripts]) {
      const answer = await fetch(url, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) await kept.put(url, answer);
    }
  }

  return { add, alone, draftKey, drop, flush, forget, keep, send, store, stored, waiting };
})();

// The list of what is owed: sends what waits, and says so.
(() => {
  const place = document.querySelector("[data-report-queue]");
  if (!place) return;
  const user = place.dataset.user;

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
    for (const item of reportQueue.waiting(user)) {
      if (item.refused) line(`“${item.name}”未能报送，内容仍在本机，请打开核对后重新报送。`, item.url);
      else line(`“${item.name}”已保存到本机，等待网络，接通后自动报送。`, item.url);
    }
  }

  function flush() {
    reportQueue
      .flush(user, (item, result) => {
        show();
        if (result.state === "sent") line(`“${item.name}”已报送，回执号 ${result.number}。`, result.url);
      })
      .then(() => {
        const left = reportQueue.waiting(user).some((item) => !item.refused);
        if (left) window.setTimeout(flush, 4000);
      });
  }

  show();
  flush();
  window.addEventListener("online", flush);
  window.addEventListener("load", () => {
    const pages = [...document.querySelectorAll("a[data-keep]")].slice(0, 10).map((link) => link.href);
    reportQueue.keep(pages).catch(() => {});
  });
})();
