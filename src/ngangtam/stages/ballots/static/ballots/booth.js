// What a browser sends of a paper is always equally long: a log of lengths tells nothing of it.
"use strict";

document.addEventListener("submit", ({ target }) => {
  const whole = Number(target.dataset.ballotEven);
  if (!whole) return;
  target.elements.pad.value = "";
  const sent = new URLSearchParams(new FormData(target)).toString().length;
  target.elements.pad.value = "x".repeat(Math.max(0, whole - sent));
});
