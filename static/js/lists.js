// The customer list: choose everyone on the page, and say how many are chosen.
(() => {
  const boxes = (form) => [...form.querySelectorAll("[name=ids]")];
  const show = () => {
    const form = document.getElementById("chosen");
    const all = form?.querySelector("[data-all]");
    if (!all) return;
    const chosen = boxes(form).filter((box) => box.checked).length;
    all.hidden = false;
    all.firstElementChild.checked = chosen > 0 && chosen === boxes(form).length;
    all.firstElementChild.indeterminate = chosen > 0 && chosen < boxes(form).length;
    const said = form.querySelector("[data-count]");
    if (said) said.textContent = `${chosen} ${said.dataset.count}`;
  };
  document.addEventListener("change", (event) => {
    const all = event.target.closest("[data-all]");
    if (all) for (const box of boxes(all.closest("form"))) box.checked = event.target.checked;
    show();
  });
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
