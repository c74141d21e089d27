// Puts the parts of an answer in place without losing focus, open groups or the scroll position.
import { Idiomorph } from './vendor/idiomorph.js';

const QUICK_MS = 150;

export class View {
  constructor(root, shelf) {
    this.root = root;
    this.shelf = shelf;
    this.last = {};
  }

  at(id) {
    return this.root.querySelector(`#${CSS.escape(id)}`);
  }

  region(id, html) {
    if (this.last[id] === html) return;
    this.last[id] = html;
    Idiomorph.morph(this.at(id), html, {
      morphStyle: 'innerHTML',
      callbacks: {
        // What a person opened stays open, and what is typed stays: `put` writes the words.
        beforeAttributeUpdated: (name, node) => !(name === 'open' && node.tagName === 'DETAILS') && !(name === 'value' && node.id === 'words'),
      },
    });
  }

  regions(parts) {
    for (const [id, html] of Object.entries(parts)) this.region(id, html);
    this.hearts();
    this.whereabouts();
  }

  show(reply, before) {
    document.documentElement.lang = reply.lang;
    this.say = reply.say;
    this.at('results').classList.remove('renewed');
    this.regions(reply.regions);
    this.put(reply.state);
    this.filterButton(reply);
    this.dialog('panel', reply.state.product, before?.product);
    this.dialog('comparison', reply.state.view === 'compare' ? 'open' : '');
    this.about(reply.state);
  }

  // What the question has decides what room is kept for what.
  about(state) {
    this.root.toggleAttribute('data-photo', Boolean(state.photo || state.like));
    this.root.toggleAttribute('data-asked', Boolean(state.text));
  }

  // The words and controls as the state has them: typing and choosing went ahead of it.
  put(state) {
    const words = this.at('words');
    // Words that are typed and not yet searched for stay.
    if (words && state.text !== this.searched) words.value = state.text || '';
    this.searched = state.text;
    this.words();
    for (const input of this.root.querySelectorAll('input[data-toggle], input[data-field]')) {
      if (input.type === 'checkbox' || input.type === 'radio') input.checked = input.hasAttribute('checked');
      else if (input !== document.activeElement) input.value = input.getAttribute('value') ?? '';
    }
    for (const select of this.root.querySelectorAll('select[data-field]')) {
      select.value = (select.querySelector('option[selected]') || select.options[0]).value;
    }
  }

  words() {
    const words = this.at('words');
    if (words) this.at('clear-words').hidden = !words.value;
  }

  clearWords() {
    this.at('words').value = '';
    this.at('words').focus();
    this.words();
  }

  dialog(id, wanted, before) {
    const dialog = this.at(id);
    if (wanted && !dialog.open) {
      this.focused = document.activeElement;
      this.opener = document.activeElement?.closest('[id]')?.id;
      dialog.showModal();
    }
    if (wanted && before && wanted !== before) dialog.scrollTop = 0;
    if (!wanted && dialog.open) this.shut(dialog);
  }

  closePanel() {
    const panel = this.at('panel');
    if (panel.open) this.shut(panel);
  }

  shut(dialog) {
    dialog.close();
    // To the control that opened it; where an answer has replaced that, to the one of its name or to the card's title.
    const opener = this.opener && document.getElementById(this.opener);
    const again = this.focused?.isConnected && this.focused.tabIndex >= 0 && this.focused !== document.body;
    const title = opener?.matches('a, button') ? opener : opener?.querySelector('h3 a, a, button');
    (again ? this.focused : title)?.focus({ preventScroll: true });
  }

  working(on, asksAnew = false) {
    clearTimeout(this.timer);
    const results = this.at('results');
    const show = () => {
      results.setAttribute('aria-busy', String(on));
      results.classList.toggle('renewed', on && asksAnew);
      this.root.toggleAttribute('data-working', on);
    };
    // Quick answers come without a flicker.
    if (on) this.timer = setTimeout(show, QUICK_MS);
    else show();
  }

  // On a narrow screen the answer is below the fold, and after "more like this" it may be far above.
  reveal(id = 'toolbar') {
    const top = this.at(id).getBoundingClientRect().top;
    if (top >= 0 && top <= innerHeight * 0.7) return;
    const photo = this.root.hasAttribute('data-photo') ? this.at('stage').getBoundingClientRect() : null;
    // A photo with its boxes stays in sight where both fit.
    const goal = photo && top - photo.top < innerHeight * 0.75 ? photo.top : top;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    scrollBy({ top: goal - 12, behavior: calm ? 'auto' : 'smooth' });
  }

  hearts() {
    const saved = new Set(this.shelf.saved());
    for (const button of this.root.querySelectorAll('[data-act="save"]')) {
      button.setAttribute('aria-pressed', String(saved.has(button.dataset.id)));
    }
    const count = this.root.querySelector('[data-act="show-saved"] span');
    if (count && this.say) count.textContent = saved.size ? this.say.saved_n.replace('{n}', saved.size) : this.say.saved;
  }

  whereabouts() {
    for (const tool of this.root.querySelectorAll('[data-act="room"]')) {
      if (tool.dataset.value === this.root.dataset.room) tool.setAttribute('aria-current', 'page');
      else tool.removeAttribute('aria-current');
    }
  }

  // Narrow screens open the filters with a button that says how many are set.
  filterButton(reply) {
    const tools = this.at('tools');
    const present = tools.querySelector('.filters-button');
    if (!reply.regions.filters) return present?.remove();
    const count = Object.keys(reply.state.filters || {}).length;
    const button = present || element('button', 'pill small filters-button');
    button.textContent = count ? `${reply.say.filters} (${count})` : reply.say.filters;
    button.type = 'button';
    button.dataset.act = 'filters';
    button.setAttribute('aria-expanded', String(this.at('filters').hasAttribute('data-open')));
    if (!present) tools.prepend(button);
  }

  toggleFilters() {
    const open = this.at('filters').toggleAttribute('data-open');
    this.root.querySelector('.filters-button')?.setAttribute('aria-expanded', String(open));
    if (open) this.at('filters').querySelector('summary, input')?.focus();
    else this.reveal();
  }

  foldRanking(target) {
    const ranking = this.at('ranking');
    if (ranking && !ranking.contains(target)) ranking.open = false;
  }

  picture(target) {
    this.at('panel-picture').src = target.dataset.value;
    for (const thumb of target.parentElement.children) thumb.setAttribute('aria-pressed', String(thumb === target));
  }

  toast(text, ms = 4000) {
    const toast = this.at('toast');
    toast.textContent = text;
    toast.setAttribute('popover', 'manual');
    toast.hidePopover();
    toast.showPopover();
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => { toast.hidePopover(); toast.textContent = ''; }, ms);
  }

  alert(message = '', hint = '', dismiss = '') {
    const alert = element('div', 'alert');
    alert.setAttribute('role', 'alert');
    const told = element('p', '');
    told.append(element('strong', '', message), ' ', element('span', '', hint));
    const close = element('button', 'link-button', dismiss);
    close.type = 'button';
    close.dataset.act = 'dismiss';
    alert.append(told, close);
    return alert.outerHTML;
  }
}

export function element(name, css, text) {
  const made = document.createElement(name);
  if (css) made.className = css;
  if (text !== undefined) made.textContent = text;
  return made;
}
