// <a data-nt-dialog="id" href="page that asks">: with the script the question opens in place.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-nt-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.ntDialog);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const closer = event.target.closest("[data-nt-close]");
  if (closer) closer.closest("dialog")?.close();
  else if (event.target.matches("dialog.dialog")) event.target.close();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-nt-print]")) window.print();
});
