// The weekly report while it is filled in: new totals at once, nothing typed is lost, sent once the network allows.
"use strict";

(() => {
  const form = document.querySelector("form[data-report]");
  if (!form) return;
  const { user, project, period, name } = form.dataset;
  const saved = form.querySelector("[data-saved]");
  const key = `report-draft:${user}:${project}:${period}`;
  const fields = [...form.querySelectorAll("[data-kept]")];
  const page = JSON.parse(form.elements.base.value);
  const known = { ...page };
  let revision = Number(form.dataset.revision);
  const item = () => reportQueue.waiting(user).find((each) => each.draft === key);
  const wait = { short: 1200, long: 2000 };
  let timer;
  let saving = false;
  let leaving = false;

  const read = (field) =>
    field.type === "checkbox" ? (field.checked ? "on" : "") : field.value.replace(/\r\n/g, "\n").trim();
  const seen = (field) => known[field.name] || "";

  function write(field, text) {
    if (field.type === "checkbox") field.checked = text === "on";
    else field.value = text;
    const fold = field.closest("details");
    if (fold && text) fold.open = true;
  }

  function say(text) {
    saved.textContent = text;
  }

  // Totals: 万元 with four decimals are whole numbers of ten thousandths.

  function units(text) {
    const found = /^([+-]?)(\d*)(?:\.(\d{0,4})\d*)?$/.exec(String(text).replace(/[,，\s]/g, ""));
    if (!found || !(found[2] || found[3])) return null;
    const value = BigInt(found[2] || "0") * 10000n + BigInt((found[3] || "").padEnd(4, "0"));
    return found[1] === "-" ? -value : value;
  }

  function shown(value) {
    const size = value < 0n ? -value : value;
    const whole = (size / 10000n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
    const rest = (size % 10000n).toString().padStart(4, "0").replace(/0+$/, "");
    return `${value < 0n ? "-" : ""}${whole}${rest ? `.${rest}` : ""}`;
  }

  function rate(part, whole) {
    if (!whole) return "—";
    const size = part < 0n ? -part : part;
    const hundredths = (size * 20000n + whole) / (2n * whole); // half up
    const cents = (hundredths % 100n).toString().padStart(2, "0");
    return `${part < 0n && hundredths ? "-" : ""}${hundredths / 100n}.${cents}%`;
  }

  function reckon() {
    let amount = units(form.elements.period_amount.value) || 0n;
    if (form.elements.is_reduction.checked && amount > 0n) amount = -amount;
    const year = units(form.dataset.year) + amount;
    const totals = { year: shown(year), start: shown(units(form.dataset.start) + amount) };
    totals.rate = rate(year, units(form.dataset.plan) || 0n);
    for (const place of form.querySelectorAll("[data-total]")) place.textContent = totals[place.dataset.total];
  }

  // What was typed: first on this device, then at the server, field by field.

  function typed() {
    const changed = fields.filter((field) => read(field) !== seen(field));
    return Object.fromEntries(changed.map((field) => [field.name, { base: seen(field), text: read(field) }]));
  }

  // All that differs from the page, saved already or not: a page kept for offline use may be older than the draft.
  function keepHere() {
    const changed = fields.filter((field) => read(field) !== (page[field.name] || ""));
    if (!changed.length) {
      localStorage.removeItem(key);
      return true;
    }
    const told = changed.map((field) => [field.name, { base: seen(field), text: read(field) }]);
    return reportQueue.store(key, { fields: Object.fromEntries(told), revision });
  }

  // What was changed at the server meanwhile keeps its old base here, so that the server says by whom.
  function restore() {
    const kept = reportQueue.stored(key, { fields: {}, revision: 0 });
    const isOld = kept.revision > revision;
    const mine = fields.filter((field) => {
      const each = kept.fields[field.name];
      return each && each.text !== read(field) && (isOld || each.base !== each.text);
    });
    for (const field of mine) {
      known[field.name] = kept.fields[field.name].base;
      write(field, kept.fields[field.name].text);
    }
    revision = Math.max(revision, kept.revision);
    form.elements.base.value = JSON.stringify(known);
    return mine.length > 0;
  }

  function later(delay) {
    window.clearTimeout(timer);
    timer = window.setTimeout(resume, delay);
  }

  async function save() {
    const told = typed();
    if (leaving || saving || item() || !Object.keys(told).length) return;
    saving = true;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        body: JSON.stringify({ seen: form.elements.seen.value, typed: told }),
      });
      if (new URL(answer.url).pathname.startsWith("/login")) say("登录已过期，内容已保存到本机，重新登录后继续");
      else if (answer.ok) take(told, await answer.json());
      else if (answer.status === 409) say((await answer.json()).detail);
      else say("已保存到本机，服务器暂时未能保存");
    } catch {
      say("已保存到本机，等待网络");
      later(wait.long);
    } finally {
      saving = false;
    }
  }

  // What was kept is known from now on; what others wrote comes into fields one has not touched.
  function take(told, kept) {
    revision = kept.revision;
    for (const field of fields) {
      const mine = told[field.name];
      const theirs = kept.fields[field.name];
      if (mine && !kept.conflicts[field.name]) known[field.name] = mine.text;
      else if (!mine && theirs !== undefined && read(field) === seen(field)) {
        known[field.name] = theirs;
        write(field, theirs);
      }
    }
    form.elements.base.value = JSON.stringify(known);
    for (const field of fields) if (kept.conflicts[field.name]) ask(field, kept.conflicts[field.name]);
    keepHere();
    reckon();
    const open = form.querySelectorAll(".report-differs").length;
    say(open ? "有内容与他人填的不同，请选定" : `已保存 ${kept.saved_at}`);
    if (Object.keys(typed()).length && !open) later(wait.short);
  }

  function ask(field, conflict) {
    const place = field.closest(".field") || field.parentElement;
    if (place.querySelector(".report-differs")) return;
    const notice = document.querySelector("template[data-conflict]").content.firstElementChild.cloneNode(true);
    notice.querySelector("[data-told]").textContent = `“${conflict.label}”已由 ${conflict.by} 于 ${conflict.at} 改为：`;
    notice.querySelector("[data-theirs]").textContent = conflict.theirs || "（空）";
    notice.addEventListener("click", (event) => {
      if (!event.target.matches("[data-take], [data-hold]")) return;
      known[field.name] = conflict.theirs;
      if (event.target.matches("[data-take]")) write(field, conflict.theirs);
      notice.remove();
      form.elements.base.value = JSON.stringify(known);
      touched();
    });
    place.append(notice);
  }

  function touched() {
    reckon();
    if (item()) reportQueue.drop(user, item()); // what waited to be sent is being written anew
    say(keepHere() ? "已保存到本机" : "本机未能保存，请按“保存草稿”");
    later(wait.short);
  }

  // Sent: by ourselves, so that a lost network loses nothing; what the rules refuse goes the ordinary way, to be told.

  function queued(pressed) {
    const body = [...new FormData(form).entries()].filter(([field]) => field !== "csrfmiddlewaretoken");
    if (pressed) body.push([pressed, "1"]);
    return { url: form.action, body, draft: key, name, at: Date.now() };
  }

  async function submit(report) {
    say("正在报送…");
    const result = await reportQueue.alone(() => reportQueue.send(user, report));
    if (result.state === "sent") return arrive(result);
    if (result.state === "refused") return ordinary(report);
    say(result.state === "login" ? "已保存到本机，登录已过期，重新登录后自动报送" : "已保存到本机，等待网络，接通后自动报送");
    leaving = false;
    if (result.state === "offline") later(wait.long); // the browser's own word that it is online is not to be relied on
    return null;
  }

  function arrive(result) {
    leaving = true;
    say(`已报送 回执号 ${result.number}`);
    location.assign(result.url);
  }

  function ordinary(report) {
    reportQueue.drop(user, report);
    leaving = true;
    for (const [field, value] of report.body) {
      if (form.elements[field]) continue;
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: field, value });
      form.append(hidden);
    }
    form.submit();
  }

  form.addEventListener("submit", (event) => {
    const pressed = event.submitter ? event.submitter.name : "";
    if (pressed === "save") {
      leaving = true;
      return;
    }
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    keepHere();
    const report = queued(pressed);
    if (reportQueue.add(user, report)) submit(report);
    else ordinary(report);
  });

  function resume() {
    const report = item();
    if (leaving) return;
    if (report && !report.refused) {
      leaving = true;
      submit(report);
    } else {
      save();
    }
  }

  form.addEventListener("input", touched);
  window.addEventListener("online", resume);
  document.addEventListener("visibilitychange", () => document.hidden || resume());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = false;
  });

  document.querySelector("[data-insecure]").hidden = window.isSecureContext;
  form.querySelector("[data-needless]").hidden = true;
  if (form.querySelector(".notice-error")) keepHere();
  else if (restore()) say("已恢复本机上次填写的内容");
  reckon();
  if (item() && item().refused) reportQueue.drop(user, item());
  if (item()) say("已保存到本机，等待网络，接通后自动报送");
  resume();
  window.addEventListener("load", () => reportQueue.keep([location.href]).catch(() => {}));
})();
