// What the pages do a little better with script: the page of the present renews itself, a pupil is found by two or
// three letters, the arrow keys turn pages. Everything works without it.
"use strict";

const RENEW_EVERY_MS = 3000;
const MOST_SHOWN = 8;

/** Replaces the inside of `place` by what the server shows now, keeping pictures that are still there. */
function keepFresh(place) {
  let before = null;
  setInterval(async () => {
    const busy = document.hidden || (place.contains(document.activeElement) && place.matches(":has(:focus-visible)"));
    if (busy) return;
    try {
      const answer = await fetch(place.dataset.renew);
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      delete place.dataset.lost;
      if (text !== before) put(place, text);
      before = text;
    } catch {
      place.dataset.lost = "yes";
    }
  }, RENEW_EVERY_MS);
}

function put(place, text) {
  const fresh = document.createElement("template");
  fresh.innerHTML = text;
  const old = new Map([...place.querySelectorAll("img")].map((image) => [image.getAttribute("src"), image]));
  for (const image of fresh.content.querySelectorAll("img")) {
    const kept = old.get(image.getAttribute("src"));
    if (kept && kept.alt === image.alt) image.replaceWith(kept);
    old.delete(image.getAttribute("src"));
  }
  place.replaceChildren(fresh.content);
}

/** Letters that Unicode does not take apart, as people type them. */
const PLAIN = {
  ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ħ: "h", ı: "i", ŋ: "n", ŧ: "t", ə: "e",
};

/** Letters without marks, case and apostrophes, so that `zoe` finds Zoë and `obrien` O’Brien. */
function plain(text) {
  const letters = text.normalize("NFKD").replace(/[\u0300-\u036f'`´‘’ʼ]/gu, "").toLowerCase();
  return letters.replace(/[ßæœøłđðþħıŋŧə]/gu, (letter) => PLAIN[letter]);
}

/** Whether every typed part begins a word of the name. */
function fits(name, typed) {
  const words = plain(name).split(/[^\p{L}\p{N}\p{M}]+/u);
  return plain(typed).split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean).every((part) => words.some((word) => word.startsWith(part)));
}

/** Turns a plain list of pupils into a field to type into. The list stays and carries the choice. */
class Picker {
  constructor(select) {
    this.select = select;
    this.options = [...select.options].filter((option) => option.value);
    this.button = select.form.querySelector("button.main");
    this.verb = this.button.textContent;
    this.input = document.createElement("input");
    this.list = document.createElement("ul");
    this.build();
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
  }

  build() {
    const { select, input, list } = this;
    const box = document.createElement("div");
    box.className = "picker";
    input.id = select.id;
    select.id += "-plain";
    list.id = select.id + "-found";
    list.setAttribute("role", "listbox");
    input.placeholder = select.dataset.picker;
    input.autocomplete = "off";
    input.required = true;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    select.required = false;
    select.hidden = true;
    select.before(box);
    box.append(input, list);
    this.close();
  }

  typed() {
    this.select.value = "";
    this.button.textContent = this.verb;
    this.input.setCustomValidity("Choose one of the names.");
    const text = this.input.value.trim();
    this.found = text ? this.options.filter((option) => fits(option.text, text)) : [];
    this.at = 0;
    this.draw();
  }

  draw() {
    const shown = this.found.slice(0, MOST_SHOWN).map((option, i) => {
      const item = document.createElement("li");
      item.id = `${this.list.id}-${i}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(i === this.at));
      item.textContent = option.text;
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        this.choose(option);
      });
      return item;
    });
    this.list.replaceChildren(...shown);
    this.list.hidden = shown.length === 0;
    this.input.setAttribute("aria-expanded", String(shown.length > 0));
    if (shown.length) this.input.setAttribute("aria-activedescendant", shown[this.at].id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const last = Math.min(this.found.length, MOST_SHOWN) - 1;
    if (event.key === "Escape") this.close();
    if (last < 0) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.at = Math.max(0, Math.min(last, this.at + (event.key === "ArrowDown" ? 1 : -1)));
      this.draw();
      event.preventDefault();
    } else if (event.key === "Enter") {
      // A single match is meant; among several the first Enter chooses and the second one confirms.
      const only = this.found.length === 1;
      this.choose(this.found[this.at]);
      event.preventDefault();
      if (only && this.select.form.reportValidity()) this.select.form.requestSubmit(this.button);
    }
  }

  choose(option) {
    this.select.value = option.value;
    this.input.value = option.text;
    this.input.setCustomValidity("");
    this.button.textContent = `${this.verb} with ${option.dataset.spoken}`;
    this.close();
  }

  close() {
    this.found = [];
    this.at = 0;
    this.draw();
  }
}

/** Arrow keys turn pages while nobody types. */
function turnPages(event) {
  const typing = event.target.closest("input, select, textarea, summary, button");
  if (typing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (way) document.querySelector(`a[rel=${way}]`)?.click();
}

document.querySelector(".stack-film .this")?.scrollIntoView({ inline: "center", block: "nearest" });
document.querySelectorAll("[data-renew]").forEach(keepFresh);
const pickers = [...document.querySelectorAll("select[data-picker]")].map((select) => new Picker(select));
// On a touch screen the keyboard would cover the page that is being decided on.
if (!matchMedia("(pointer: coarse)").matches) {
  pickers.find(({ input }) => !input.closest("details"))?.input.focus({ preventScroll: true });
}
document.addEventListener("keydown", turnPages);
