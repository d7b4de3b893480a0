// Nobody at the screen: the page is covered and asks who is there. The server locks by itself; this
// only covers what stands on the screen, and keeps it, with everything typed, for whoever is back.
import htmx from "htmx.org";

const { ntIdle, ntIdleLock, ntIdleSeen } = document.body.dataset;
const LIMIT = Number(ntIdle) * 1000;
const TELL = Math.min(30_000, LIMIT / 4);
let told = Date.now();
let cover = null;
let timer = 0;

function wait() {
  clearTimeout(timer);
  timer = setTimeout(lock, Math.max(told + LIMIT - Date.now(), 0) + 500);
}

function token() {
  return document.cookie.split("; ").find((part) => part.startsWith("csrftoken="))?.slice(10) ?? "";
}

async function alive() {
  if (cover || Date.now() - told < TELL) return;
  told = Date.now();
  try {
    const answer = await fetch(ntIdleSeen, { method: "POST", headers: { "X-CSRFToken": token() } });
    // Signed out elsewhere, or locked by another page: the next step on this page will say so.
    if (answer.ok) wait();
  } catch {
    // Without network nothing can be told; the screen locks in time.
  }
}

async function lock() {
  if (cover) return;
  // Another page of the same browser may have been in use: the server knows.
  const answer = await fetch(ntIdleLock, { headers: { "HX-Request": "true", "X-Nt-Quiet": "yes" } });
  const left = Number(answer.headers.get("X-Nt-Left") ?? 0) * 1000;
  if (left > 0) {
    told = Date.now() + left - LIMIT;
    wait();
    return;
  }
  if (answer.redirected || !answer.ok) {
    location.reload();
    return;
  }
  cover = document.createElement("dialog");
  cover.className = "lock-cover";
  cover.innerHTML = await answer.text();
  cover.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(cover);
  document.documentElement.classList.add("is-locked");
  cover.showModal();
  htmx.process(cover);
  cover.querySelector("input[type=password]")?.focus();
}

if (LIMIT) {
  wait();
  for (const type of ["keydown", "pointerdown", "wheel", "touchstart"]) {
    document.addEventListener(type, alive, { passive: true, capture: true });
  }
  // A machine that slept wakes up locked.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() > told + LIMIT) lock();
  });
  document.addEventListener("nt-unlocked", () => {
    cover?.remove();
    cover = null;
    told = Date.now();
    document.documentElement.classList.remove("is-locked");
    wait();
  });
}
