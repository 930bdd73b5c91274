// Weekly reports that wait for the network.
"use strict";

const reportQueue = offlineQueue({
  name: "report",
  scope: "/weekly-report/",
  arrived(item, kept) {
    localStorage.removeItem(item.draft);
    if (window.caches) caches.open(kept).then((pages) => pages.delete(item.url)).catch(() => {});
  },
});

// The list of what is owed: sends what waits, and says so.
(() => {
  const place = document.querySelector("[data-report-queue]");
  if (!place) return;
  reportQueue.watch(place, {
    waits: (item) => `“${item.name}”已保存到本机，等待网络，接通后自动报送。`,
    refused: (item) => `“${item.name}”未能报送，内容仍在本机，请打开核对后重新报送。`,
    sent: (item, result) => `“${item.name}”已报送，回执号 ${result.number}。`,
  });
  window.addEventListener("load", () => {
    const pages = [...document.querySelectorAll("a[data-keep]")].slice(0, 10).map((link) => link.href);
    reportQueue.keep(pages).catch(() => {});
  });
})();
