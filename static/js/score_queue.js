// Marks that wait for the network. What a judge typed stays on the device beside it, so that it can be read there.
"use strict";

const scoreQueue = offlineQueue({ name: "score", scope: "/scoring/" });

// The list of the stops: what is on the way, and what was not taken in.
(() => {
  const place = document.querySelector("[data-score-queue]");
  if (!place) return;

  function mark(waiting) {
    for (const row of document.querySelectorAll("[data-stop]")) {
      const item = waiting.find((each) => each.draft.endsWith(`:${row.dataset.stop}`));
      const state = row.querySelector("[data-local]");
      state.hidden = !item;
      if (item) state.textContent = item.refused ? "未收入，仍在本机" : "已保存到本机，待送达";
    }
  }

  scoreQueue.watch(
    place,
    {
      waits: (item) => `“${item.name}”${item.total} 分已保存到本机，接通网络后自动送达。`,
      refused: (item) => `“${item.name}”${item.total} 分没有收入：${item.why || "请打开核对。"} 内容仍在本机。`,
      sent: (item) => `“${item.name}”${item.total} 分已送达。`,
    },
    mark,
  );
  window.addEventListener("load", () => {
    const pages = [...document.querySelectorAll("a[data-keep]")].slice(0, 80).map((link) => link.href);
    scoreQueue.keep([location.href, ...pages]).catch(() => {});
  });
})();
