// Opens the forms below its scope without a network: weekly reports, the marks of a tour. What is kept are pages the
// forms themselves put there, and their styles and scripts; everything is asked of the network first, and all of it is
// dropped at the sign-in page.
"use strict";

const SCOPE = new URL(self.registration.scope).pathname;
const KEPT = SCOPE.replaceAll("/", "");

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && new URL(url).origin === location.origin) {
    event.respondWith(fetch(event.request).catch((failure) => kept(event.request, failure)));
  }
});

async function kept(request, failure) {
  const found = await (await caches.open(KEPT)).match(request, { ignoreVary: true });
  if (found) return found;
  if (request.mode !== "navigate") throw failure;
  return new Response(await offline(), { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

// Which forms can be opened all the same.
async function offline() {
  const store = await caches.open(KEPT);
  const links = [];
  for (const request of await store.keys()) {
    if (!new URL(request.url).pathname.startsWith(SCOPE)) continue;
    const title = /<title>([^<]*)·/.exec(await (await store.match(request, { ignoreVary: true })).text());
    links.push(`<li><a href="${request.url.replace(/"/g, "%22")}">${title ? title[1] : "表单"}</a></li>`);
  }
  const forms = links.length ? `<p>以下表单可以离线填写：</p><ul>${links.join("")}</ul>` : "";
  return `<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>网络没有接通</title><h1>网络没有接通</h1><p>这一页须联网打开，请稍后再试；已填写的内容都保存在本机。</p>${forms}</html>`;
}
