// The room Discover: a visitor's taste goes along with every question, and changes by what is hidden, reset or turned off.
import { Parts } from './parts.js';

export function brings(tools) {
  return { taste: tools.taste.brought() };
}

export function open(root, call, tools) {
  const room = new Discover(root, call, tools);
  return () => room.close();
}

class Discover extends Parts {
  constructor(...given) {
    super(...given);
    const { signal } = this.ended;
    this.root.addEventListener('click', (event) => this.tasted(event), { signal, capture: true });
  }

  tasted(event) {
    const target = event.target.closest('[data-taste]');
    if (!target) return;
    event.preventDefault();
    event.stopPropagation();
    const { taste: act, id, ask } = target.dataset;
    if (ask && !confirm(ask)) return;
    const { taste } = this.tools;
    if (act === 'hide') this.hide(target, id);
    else if (act === 'unhide') { taste.hide(id, false); this.ask('fy'); }
    else if (act === 'reset') { taste.reset(); this.ask('fy'); }
    else if (act === 'on' || act === 'off') { taste.turn(act === 'off'); this.ask('fy'); }
  }

  // The card gives way to a line with the way back; the list is made anew when it is asked for.
  hide(target, id) {
    this.tools.taste.hide(id);
    const card = target.closest('.card');
    const { hidden, undo } = this.root.querySelector('#fy-says').dataset;
    const line = document.createElement('p');
    const back = document.createElement('button');
    line.textContent = hidden;
    Object.assign(back, { type: 'button', className: 'link-button', textContent: undo });
    Object.assign(back.dataset, { taste: 'unhide', id });
    card.replaceChildren(line, back);
    card.classList.add('hidden-card');
    back.focus();
  }
}
