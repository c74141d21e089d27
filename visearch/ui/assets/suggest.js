// The list under the words: recent searches while nothing is typed, then what the catalogue has. A combobox as the ARIA
// authoring practices describe it: the focus stays in the field, the list has an active option.
import { element } from './view.js';

const WAIT_MS = 80;
const MOST = 8;
const ICONS = new URL('icons.svg', import.meta.url).href;

export class Suggest {
  constructor(page) {
    this.page = page;
    this.list = page.root.querySelector('#suggestions');
    this.turn = 0;
    this.active = -1;
    this.composing = false;
  }

  listen() {
    const { root } = this.page;
    const words = (event) => event.target.id === 'words';
    const on = (type, act) => root.addEventListener(type, (event) => { if (words(event)) act(event); });
    on('input', (event) => { if (!event.isComposing) this.later(); });
    on('compositionstart', () => { this.composing = true; this.close(); });
    on('compositionend', () => { this.composing = false; this.later(); });
    on('keydown', (event) => this.key(event));
    on('focusin', () => { if (!this.field.value) this.look(); });
    on('click', () => { if (!this.open && !this.field.value) this.look(); });
    on('focusout', () => { this.composing = false; this.close(); });
    // The field keeps the focus while the mouse chooses.
    this.list.addEventListener('mousedown', (event) => event.preventDefault());
    this.list.addEventListener('click', (event) => this.choose(event.target.closest('[role="option"]')));
    this.list.addEventListener('pointermove', (event) => {
      const option = event.target.closest('[role="option"]');
      if (option && event.pointerType === 'mouse') this.mark([...this.list.children].indexOf(option), false);
    });
  }

  get field() {
    return this.page.root.querySelector('#words');
  }

  get open() {
    return !this.list.hidden;
  }

  later() {
    this.turn += 1;
    clearTimeout(this.timer);
    // Enter searches for what is typed now, not for an option of what was typed before.
    this.mark(-1);
    this.timer = setTimeout(() => this.look(), WAIT_MS);
  }

  async look() {
    const turn = (this.turn += 1);
    const typed = this.field.value;
    const recent = this.recent(typed);
    let items = [];
    if (typed.trim() || recent.length) {
      try {
        ({ items } = await this.page.server.suggest({ typed, lang: this.page.state.lang }));
      } catch { /* the words can be searched for without a list */ }
    }
    if (turn === this.turn && document.activeElement === this.field) this.show(recent, items, typed);
  }

  recent(typed) {
    const start = typed.trim().toLowerCase();
    const kept = this.page.shelf.recent();
    if (!start) return kept;
    return kept.filter((one) => one.toLowerCase().startsWith(start) && one.toLowerCase() !== start).slice(0, 2);
  }

  show(recent, items, typed) {
    const { say } = this.page;
    const known = new Set(recent.map((one) => one.toLowerCase()));
    const length = typed.trim().length;
    const options = [
      ...recent.map((text) => option(text, ['', text.slice(0, length), text.slice(length)], say.recent, 'recent')),
      ...items.filter((one) => !known.has(one.text.toLowerCase()))
        .map((one) => option(one.text, one.parts, one.count > 1 ? `${one.kind} · ${one.count}` : one.kind, 'search')),
    ].slice(0, MOST);
    if (recent.length && !length) options.push(forgetting(say.recent_clear));
    options.forEach((one, place) => { one.id = `suggestion-${place}`; });
    this.list.replaceChildren(...options);
    this.list.setAttribute('aria-label', say.suggestions || '');
    this.list.hidden = !options.length;
    this.list.scrollTop = 0;
    this.field.setAttribute('aria-expanded', String(this.open));
    this.mark(-1);
  }

  close() {
    // What is still on its way comes too late.
    this.turn += 1;
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.field?.setAttribute('aria-expanded', 'false');
    this.mark(-1);
  }

  mark(place, scroll = true) {
    this.active = place;
    [...this.list.children].forEach((one, number) => one.setAttribute('aria-selected', String(number === place)));
    const option = this.list.children[place];
    if (!option) return this.field?.removeAttribute('aria-activedescendant');
    this.field.setAttribute('aria-activedescendant', option.id);
    if (scroll) option.scrollIntoView({ block: 'nearest' });
  }

  // Up from the field goes to the last one, and past either end is the field again.
  move(step) {
    const places = this.list.children.length + 1;
    this.mark((this.active + 1 + step + places) % places - 1);
  }

  key(event) {
    // Safari ends a composition before the Enter that ended it: only its code still tells.
    if (event.isComposing || this.composing || event.keyCode === 229) {
      if (event.key === 'Enter') event.preventDefault();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.open) this.move(step);
      else this.look();
    } else if (event.key === 'Enter' && this.open && this.active >= 0) {
      event.preventDefault();
      this.choose(this.list.children[this.active]);
    } else if (event.key === 'Escape' && this.open) {
      event.preventDefault();
      this.close();
    } else if (event.key === 'Tab') {
      this.close();
    }
  }

  choose(option) {
    if (!option) return;
    if (option.dataset.forget) {
      this.page.shelf.forgetRecent();
      return this.close();
    }
    this.field.value = option.dataset.text;
    this.page.search(option.dataset.text);
  }
}

function option(text, parts, kind, icon) {
  const made = element('li', 'suggestion');
  made.setAttribute('role', 'option');
  made.dataset.text = text;
  const told = element('span', 'text');
  told.append(parts[0], element('b', '', parts[1]), parts[2]);
  made.append(drawing(icon), told, element('small', '', kind));
  return made;
}

function forgetting(text) {
  const made = element('li', 'suggestion forget');
  made.setAttribute('role', 'option');
  made.dataset.forget = 'yes';
  made.append(drawing('close'), element('span', 'text', text));
  return made;
}

function drawing(name) {
  const space = 'http://www.w3.org/2000/svg';
  const made = document.createElementNS(space, 'svg');
  made.setAttribute('class', 'icon');
  made.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(space, 'use');
  use.setAttribute('href', `${ICONS}#${name}`);
  made.append(use);
  return made;
}
