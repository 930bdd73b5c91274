// A block copied from a spreadsheet goes into the cells from the one it is pasted into, to the right and down.
"use strict";

(() => {
  const table = document.querySelector("table[data-paste]");
  if (!table) return;

  // Cells with line breaks come in quotes, and quotes within them doubled.
  function cells(text) {
    const rows = [[]];
    const found = /("(?:[^"]|"")*"|[^\t\r\n]*)(\t|\r?\n|$)/g;
    for (let match = found.exec(text); match; match = found.exec(text)) {
      const cell = match[1];
      rows[rows.length - 1].push(cell.startsWith('"') ? cell.slice(1, -1).replace(/""/g, '"') : cell);
      if (match[2] === "") break;
      if (match[2] !== "\t") rows.push([]);
    }
    return rows.filter((row, place) => place < rows.length - 1 || row.some((cell) => cell !== ""));
  }

  const inputs = (row) => [...row.querySelectorAll("td input, td textarea")];

  function write(input, text) {
    if (input.type === "checkbox") input.checked = /^(1|√|是|无变化|y|yes|true)$/i.test(text.trim());
    else input.value = text.trim();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  table.addEventListener("paste", (event) => {
    const block = cells(event.clipboardData.getData("text/plain"));
    if (block.length < 2 && (block[0] || []).length < 2) return;
    event.preventDefault();
    const lines = [...table.tBodies[0].rows];
    const top = lines.indexOf(event.target.closest("tr"));
    const left = inputs(lines[top]).indexOf(event.target);
    block.forEach((row, down) => {
      const into = lines[top + down] ? inputs(lines[top + down]) : [];
      row.forEach((text, right) => into[left + right] && write(into[left + right], text));
    });
  });

  // Up and down with Alt, from row to row of one column; the arrows alone move within the text.
  table.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.altKey) return;
    const lines = [...table.tBodies[0].rows];
    const row = event.target.closest("tr");
    const next = lines[lines.indexOf(row) + step];
    if (!next) return;
    event.preventDefault();
    inputs(next)[inputs(row).indexOf(event.target)].focus();
  });
})();
