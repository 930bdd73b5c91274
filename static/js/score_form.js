// The marks of one stop: the total while one types, kept on the device first, sent once the network allows.
"use strict";

(() => {
  const form = document.querySelector("form[data-score]");
  if (!form) return;
  const { user, stop, name, entered } = form.dataset;
  const key = `score-draft:${user}:${stop}`;
  const inputs = [...form.querySelectorAll("input[data-maximum]")];
  const kept = [...inputs, form.elements.comment];
  const saved = form.querySelector("[data-saved]");
  const item = () => scoreQueue.waiting(user).find((each) => each.draft === key);
  let timer;
  let sending = false;

  // Marks have two decimals: whole numbers of hundredths.
  function hundredths(text) {
    const found = /^(\d{0,4})(?:\.(\d{0,2}))?$/.exec(text.trim().replace(/[。．]/g, "."));
    if (!found || !(found[1] || found[2])) return null;
    return Number(found[1] || 0) * 100 + Number((found[2] || "").padEnd(2, "0"));
  }

  const shown = (value) => String(value / 100);
  const total = () => inputs.reduce((sum, input) => sum + (hundredths(input.value) || 0), 0);

  function fault(input) {
    const value = hundredths(input.value);
    if (!input.value.trim()) return "";
    if (value === null) return "请填数字，最多两位小数";
    return value > hundredths(input.dataset.maximum) ? `不超过 ${input.dataset.maximum}` : "";
  }

  function reckon() {
    for (const input of inputs) {
      const said = fault(input);
      form.querySelector(`[data-fault="${input.name}"]`).textContent = said;
      input.setAttribute("aria-invalid", said ? "true" : "false");
    }
    form.querySelector("[data-total]").textContent = shown(total());
  }

  function say(text) {
    saved.textContent = text;
  }

  const typed = () => Object.fromEntries(kept.map((input) => [input.name, input.value]));

  function keepHere() {
    return scoreQueue.store(key, { at: Date.now(), typed: typed() });
  }

  // What is newer here than at the server comes back; what the server has since taken in is the server's.
  function restore() {
    const mine = scoreQueue.stored(key, null);
    if (!mine || (mine.at <= Number(entered) && !item())) {
      localStorage.removeItem(key);
      return false;
    }
    for (const input of kept) if (input.name in mine.typed) input.value = mine.typed[input.name];
    return true;
  }

  // Each saving is an entry of its own, also from a page that was kept for days.
  function entry() {
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
    bytes[6] = (bytes[6] % 16) + 64;
    bytes[8] = (bytes[8] % 64) + 128;
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function queued() {
    const at = Date.now();
    const body = [...new FormData(form).entries()].filter(
      ([field]) => !["csrfmiddlewaretoken", "client_id", "entered_at"].includes(field),
    );
    body.push(["client_id", entry()], ["entered_at", new Date(at).toISOString()]);
    return { url: form.action, body, draft: key, name, total: shown(total()), at };
  }

  function later(delay) {
    window.clearTimeout(timer);
    timer = window.setTimeout(resume, delay);
  }

  async function send() {
    if (sending || !item() || item().refused) return;
    sending = true;
    const score = item();
    const result = await scoreQueue.alone(() => (item() ? scoreQueue.send(user, score) : { state: "gone" }));
    sending = false;
    if (result.state === "sent") say(`${score.total} 分已送达`);
    if (result.state === "login") say("已保存到本机，登录已过期，重新登录后自动送达");
    if (result.state === "offline") {
      say("已保存到本机，接通网络后自动送达");
      later(3000); // the browser's own word that it is online is not to be relied on
    }
    if (result.state === "refused") {
      scoreQueue.add(user, { ...score, refused: true, why: result.why });
      say(`没有收入：${result.why || "请核对。"} 内容仍在本机`);
    }
    if (result.state === "sent" && item()) send();
  }

  function resume() {
    send();
  }

  form.addEventListener("submit", (event) => {
    const wrong = inputs.find((input) => !input.value.trim() || fault(input));
    if (wrong) {
      event.preventDefault();
      say(wrong.value.trim() ? "有分数超出范围，请核对" : "还有没打分的项目");
      wrong.focus();
      return;
    }
    if (!keepHere() || !scoreQueue.add(user, queued())) return; // nothing can be kept here: sent the ordinary way
    event.preventDefault();
    say("正在送达…");
    form.querySelector("[data-next]")?.classList.add("button-primary");
    send();
  });

  form.addEventListener("input", () => {
    reckon();
    if (item()) scoreQueue.drop(user, item()); // what waited is being changed
    say(keepHere() ? "尚未保存，填好后请按“保存评分”" : "");
  });
  window.addEventListener("online", resume);
  document.addEventListener("visibilitychange", () => document.hidden || resume());

  document.querySelector("[data-insecure]").hidden = window.isSecureContext;
  if (!document.querySelector(".notice-error") && restore()) {
    if (item()) say(item().refused ? `没有收入：${item().why} 内容仍在本机` : "已保存到本机，接通网络后自动送达");
    else say("已恢复本机上填写的内容，请按“保存评分”");
  }
  reckon();
  resume();
  window.addEventListener("load", () => scoreQueue.keep([location.href]).catch(() => {}));
})();
