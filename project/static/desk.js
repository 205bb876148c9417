/* Niceties of the desk: keys, focus on what needs attention, "same as item 1". Every act works without this file.
   A key sends nothing: it moves the focus or follows a link, and a person presses Enter. */
"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const first = (selector) => document.querySelector(selector);
  const stored = {
    get off() { try { return localStorage.getItem("keys") === "off"; } catch { return false; } },
    set off(value) { try { localStorage.setItem("keys", value ? "off" : "on"); } catch { /* private mode */ } },
  };

  first("[data-focus]")?.focus();

  /* Rows: the current one carries the mark and holds the focus in its link. */
  const rows = all("[data-row]");
  let at = -1;
  const mark = (index) => {
    rows[at]?.classList.remove("cur");
    at = index;
    rows[at]?.classList.add("cur");
  };
  const move = (step) => {
    if (!rows.length) return;
    mark(Math.min(Math.max(at + step, 0), rows.length - 1));
    rows[at].querySelector("[data-open]")?.focus();
  };
  rows.forEach((row, index) => row.addEventListener("focusin", () => mark(index)));

  /* A link is followed, anything else only gets the focus. */
  const reach = (element) => {
    if (!element) return;
    if (element.matches("a[href]")) element.click();
    else element.focus();
  };
  const go = (word) => reach(first(`.nav a[data-go="${word}"]`));
  const fold = () => {
    const summary = first("details.fold > summary");
    if (!summary) return;
    summary.parentElement.open = !summary.parentElement.open;
    summary.focus();
  };

  const help = first("#keys");
  const showHelp = () => {
    if (!help || help.open) return;
    const before = document.activeElement;
    help.addEventListener("close", () => before?.focus(), { once: true });
    help.showModal();
  };
  const box = first("#keys-on");
  if (box) {
    box.checked = !stored.off;
    box.addEventListener("change", () => { stored.off = !box.checked; });
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => reach(rows[at]?.querySelector("[data-open]")),
    a: () => reach(rows[at]?.querySelector("[data-take]") ?? first("[data-key=a]")),
    e: () => reach(first("[data-key=e]")),
    n: () => reach(first("[data-key=n]")),
    t: fold,
    u: () => reach(first("[data-key=u]")),
    "/": () => first(".filters select, .find")?.focus(),
    "?": showHelp,
  };
  /* A number goes to the item that people call so: to its line on the case page, to its first question in a form. */
  const goToItem = (number) => {
    const place = first(`#item-${number}`);
    (place?.querySelector("summary") ?? place?.closest("[data-item]")?.querySelector("input"))?.focus();
  };
  let leader = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, select, textarea, dialog[open], [contenteditable]")) return;
    if (stored.off && event.key !== "?") return;
    const afterG = Date.now() - leader < 1500;
    leader = event.key === "g" ? Date.now() : 0;
    if (afterG && ["q", "m", "r"].includes(event.key)) {
      event.preventDefault();
      go(event.key);
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    } else if (/^[1-9]$/.test(event.key)) {
      goToItem(event.key);
    }
  });

  /* "Same as item 1": copies what was chosen and typed, nothing more. */
  const items = all("[data-item]");
  const fields = (item) => [...item.querySelectorAll("select, input, textarea")];
  items.forEach((item) => {
    const button = item.querySelector("[data-same]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const mine = fields(item);
      fields(items[0]).forEach((field, index) => {
        if (["radio", "checkbox"].includes(field.type)) mine[index].checked = field.checked;
        else mine[index].value = field.value;
      });
      mine[0].focus();
    });
  });

  /* A button that was pressed is not pressed twice. One that the page itself disables has a sentence that says why. */
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && event.target.method === "post") setTimeout(() => { button.disabled = true; }, 0);
  });
  addEventListener("pageshow", () => all("button[disabled]:not([aria-describedby])").forEach((button) => {
    button.disabled = false;
  }));

  /* A form whose answer is a file: the browser would stay on a page that has become untrue, so it is read again.
     Any other answer is a page, which the browser gets by sending the form itself. */
  const save = async (answer) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = answer.headers.get("Content-Disposition").match(/filename="([^"]+)"/)[1];
    link.click();
  };
  const collect = async (form) => {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!answer.headers.get("Content-Disposition")?.startsWith("attachment")) throw new Error("a page");
    await save(answer);
    first("#say").textContent = form.dataset.download;
    setTimeout(() => location.reload(), 1000);
  };
  all("form[data-download]").forEach((form) => form.addEventListener("submit", (event) => {
    event.preventDefault();
    collect(form).catch(() => form.submit());
  }));
})();
