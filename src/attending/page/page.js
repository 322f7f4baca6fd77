
"use strict";
// Tables: a button in each column's head sorts by it; what has no number goes last.
for (const table of document.querySelectorAll("table")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  if (body.rows.length < 2) continue;
  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const numeric = head.classList.contains("number");
      const now = head.getAttribute("aria-sort");
      const up = now ? now === "descending" : !numeric;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (row) => row.cells[place].dataset.sort ?? (numeric ? null : row.cells[place].textContent);
      const compare = (a, b) => {
        const x = key(a), y = key(b);
        if (x === null || y === null) return (x === null) - (y === null);
        const order = numeric ? x - y : x.localeCompare(y, "en", { numeric: true });
        return up ? order : -order;
      };
      body.append(...[...body.rows].sort(compare));
    });
  });
}
// Notes: choosing an owner shows its spans alone; choosing a span shows its owner, and the next one when chosen again.
for (const area of document.querySelectorAll(".note-and-list")) {
  const all = area.querySelector(".all"), items = [...area.querySelectorAll("li[data-group]")], marks = [...area.querySelectorAll("mark")];
  let chosen = null;
  const choose = (group) => {
    chosen = group;
    for (const item of items) {
      const is = item.dataset.group === group;
      item.classList.toggle("chosen", is);
      item.querySelector(".choose").setAttribute("aria-pressed", String(is));
    }
    for (const mark of marks) {
      const is = mark.dataset.groups.split(" ").includes(group);
      mark.classList.toggle("chosen", is);
      mark.classList.toggle("other", group !== null && !is);
    }
    all.hidden = group === null;
  };
  all.addEventListener("click", () => choose(null));
  for (const item of items) {
    const button = item.querySelector(".choose"), group = item.dataset.group;
    button.hidden = false;
    button.addEventListener("click", () => choose(chosen === group ? null : group));
    for (const link of item.querySelectorAll("ul a")) link.addEventListener("click", () => choose(group));
  }
  for (const mark of marks) {
    const link = mark.querySelector("a"), groups = mark.dataset.groups.split(" ");
    link.addEventListener("click", () => {
      const group = groups[(groups.indexOf(chosen) + 1) % groups.length];
      link.hash = items[Number(group)].id;
      choose(group);
    });
  }
}
