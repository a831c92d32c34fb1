// What the pages need beyond links and htmx: theme, Ctrl-K, walking lists, toasts, page focus.
(() => {
  const root = document.documentElement;

  // theme: a cookie, so that the server draws the first frame right
  const chosen = () => root.dataset.theme || "system";
  const show = () => {
    for (const group of document.querySelectorAll(".theme")) group.hidden = false;
    for (const button of document.querySelectorAll("[data-theme-choice]"))
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen()));
  };
  const choose = (theme) => {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    const age = theme === "system" ? 0 : 31536000;
    document.cookie = `relcrm_theme=${theme}; path=/; max-age=${age}; samesite=lax`;
    show();
  };

  // toasts: they say it, then leave; a refusal stays until it is closed
  const dismiss = (toast) => {
    if (!toast.dataset.leaving && !toast.matches(".bad")) {
      toast.dataset.leaving = "yes";
      setTimeout(() => toast.matches(":hover, :focus-within") ? delete toast.dataset.leaving : toast.remove(), 9000);
    }
  };
  const toasts = () => document.querySelectorAll("[data-toast]").forEach(dismiss);
  const say = (text) => {
    const toast = document.createElement("div");
    toast.className = "toast bad";
    toast.dataset.toast = "";
    toast.setAttribute("role", "alert");
    toast.append(Object.assign(document.createElement("span"), { textContent: text }));
    const close = Object.assign(document.createElement("button"), { className: "btn small", type: "button", textContent: "Close" });
    close.dataset.close = "";
    toast.append(close);
    document.getElementById("toasts")?.append(toast);
  };

  // Ctrl-K or ⌘K anywhere, and / outside fields, lead to the search
  const jump = () => {
    const field = [...document.querySelectorAll("[data-jump]")].find((input) => input.checkVisibility());
    const menu = document.getElementById("menu");
    if (!field && menu) menu.showPopover();
    (field || menu?.querySelector("[data-jump]"))?.focus();
  };
  const typing = (event) => event.target.closest("input, textarea, select, [contenteditable]");

  // j and k (or arrows inside a list marked data-walk) move between its links
  const walk = (event, step) => {
    const list = event.target.closest("[data-walk]") || document.querySelector("main [data-walk]");
    if (!list) return;
    const stops = [...list.querySelectorAll("[data-stop], a.name, a.what")].filter((a) => a.checkVisibility());
    const at = stops.indexOf(document.activeElement);
    const next = stops[at < 0 ? (step > 0 ? 0 : stops.length - 1) : at + step];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); event.preventDefault(); }
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); jump(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inResults = event.target.closest("[data-walk], [data-jump], [role=search]");
    if (inResults && event.key === "ArrowDown") return walk(event, 1);
    if (inResults && event.key === "ArrowUp") return walk(event, -1);
    if (typing(event)) return;
    if (event.key === "/") { event.preventDefault(); jump(); }
    if (event.key === "j") walk(event, 1);
    if (event.key === "k") walk(event, -1);
  });

  document.addEventListener("click", (event) => {
    const theme = event.target.closest("[data-theme-choice]");
    if (theme) choose(theme.dataset.themeChoice);
    event.target.closest("[data-close]")?.closest("[data-toast]")?.remove();
  });

  document.addEventListener("htmx:afterSettle", () => { toasts(); show(); });
  // An address that names a card which comes after the first screen means that card, once it is there.
  document.addEventListener("htmx:load", (event) => {
    const meant = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (meant && (event.target === meant || event.target.contains(meant))) meant.scrollIntoView();
  });
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 403) say("You may not do this, or your sign-in has ended. Reload the page.");
    else if (status === 404) say("This is no longer there. Reload the page.");
    else say("Something went wrong on our side. Nothing was changed; please try again.");
  });
  document.addEventListener("htmx:sendError", () => say("No connection. Please try again in a moment."));

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => { show(); toasts(); });
  else { show(); toasts(); }
})();
