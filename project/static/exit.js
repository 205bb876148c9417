// The page works without this. It makes leaving quicker, and a second click on a button harmless.
(() => {
  "use strict";
  const way = document.getElementById("exit");
  if (!way) return;
  const leave = () => {
    document.body.hidden = true;
    location.replace(way.href);
  };
  way.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });

  // Shift three times within two seconds. Any other key in between means that somebody is typing.
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    if (event.key !== "Shift") {
      presses = [];
      return;
    }
    const now = Date.now();
    presses = [...presses.filter((time) => now - time < 2000), now];
    if (presses.length === 3) leave();
  });

  // The words of a receipt are shown once: two quick clicks must not ask for them twice.
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });

  const wrong = document.querySelector(".errsum");
  if (wrong) wrong.focus();
})();
