// What the rooms of parts share: which part is open, photos that come in by a picker, and a catalogue that is waited for.
import { fields } from './rooms.js';

const WAIT_MS = 900;

export class Parts {
  constructor(root, call, tools) {
    Object.assign(this, { root, call, tools });
    this.ended = new AbortController();
    const { signal } = this.ended;
    // Before the room's own listener, which lets no click on a button with a task go on.
    root.addEventListener('click', (event) => this.clicked(event), { signal, capture: true });
    root.addEventListener('room:answered', (event) => this.answered(event.detail), { signal });
    root.addEventListener('dragover', (event) => this.over(event), { signal });
    root.addEventListener('dragleave', (event) => this.over(event, false), { signal });
    root.addEventListener('drop', (event) => this.dropped(event), { signal });
    document.addEventListener('paste', (event) => this.pasted(event), { signal });
    this.watcher = new MutationObserver(() => this.drawn());
    this.watcher.observe(root, { childList: true, subtree: true });
    this.drawn();
  }

  part() {
    return this.root.querySelector('.part-body')?.dataset.part;
  }

  drawn() {
    this.wait();
    const part = this.part();
    if (!part || part === this.seen) return;
    this.seen = part;
    const current = this.root.querySelector('.part[aria-current]');
    // Sideways only: the page itself shall not jump.
    if (current) current.parentElement.scrollLeft = current.offsetLeft - (current.parentElement.clientWidth - current.offsetWidth) / 2;
    this.entered(part);
  }

  // For a room to add to: another part stands there now.
  entered() {}

  // For a room to add to: `reply` came to `what`.
  answered({ reply }) {
    if (reply.toast) this.tools.toast(reply.toast);
  }

  // No catalogue answers yet: asks again until one does.
  async wait() {
    if (this.waiting) return;
    this.waiting = true;
    while (this.root.querySelector('[data-waiting]') && !this.ended.signal.aborted) {
      await new Promise((done) => { setTimeout(done, WAIT_MS); });
      if (!this.ended.signal.aborted) await this.call('open', { link: location.search });
    }
    this.waiting = false;
  }

  // ---------------------------------------------------------------- photos

  clicked(event) {
    const pick = event.target.closest('[data-pick]');
    if (!pick) return;
    event.preventDefault();
    event.stopPropagation();
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = 'image/*,.heic,.heif';
    input.multiple = pick.dataset.many !== undefined;
    if (pick.dataset.camera !== undefined) input.capture = 'environment';
    input.addEventListener('change', () => this.give([...input.files], pick));
    input.click();
  }

  // The picker that a photo is meant for which was dropped or pasted: the one under it, else the first.
  picker(target) {
    const area = target?.closest?.('.picker') || this.root.querySelector('.picker');
    return area?.querySelector('[data-pick]');
  }

  over(event, on = true) {
    if (!event.dataTransfer?.types.includes('Files') || !this.picker()) return;
    event.preventDefault();
    for (const area of this.root.querySelectorAll('.picker')) area.toggleAttribute('data-over', on && area.contains(event.target));
  }

  dropped(event) {
    this.over(event, false);
    const [files, pick] = [pictures(event.dataTransfer?.files), this.picker(event.target)];
    if (!files.length || !pick) return;
    event.preventDefault();
    this.give(files, pick);
  }

  pasted(event) {
    const [files, pick] = [pictures(event.clipboardData?.files), this.picker()];
    if (!files.length || !pick) return;
    event.preventDefault();
    this.give(files, pick);
  }

  // Sends the photos and then asks what the picker asks, with the fields of the form around it: the new photo as
  // `photo`, or all of them as `photos` where several are taken.
  async give(files, pick) {
    const many = pick.dataset.many !== undefined;
    const area = pick.closest('.picker');
    area?.setAttribute('aria-busy', 'true');
    try {
      const keys = [];
      for (const file of files.slice(0, many ? Number(pick.dataset.many) || 8 : 1)) {
        const reply = await this.tools.photo(file);
        if (reply.refused) return this.tools.message(reply.message);
        keys.push(reply.photo);
      }
      if (keys.length) await this.ask(pick.dataset.pick, { ...(pick.form ? fields(pick.form) : {}), ...(many ? { photos: keys } : { photo: keys[0] }) });
    } catch {
      this.tools.alert(this.tools.say.unreachable, this.tools.say.unreachable_hint);
    } finally {
      area?.removeAttribute('aria-busy');
    }
    return undefined;
  }

  ask(what, more) {
    return this.call(what, more);
  }

  close() {
    this.watcher.disconnect();
    this.ended.abort();
  }
}

function pictures(files) {
  return [...(files || [])].filter((file) => file.type.startsWith('image/') || /\.hei[cf]$/i.test(file.name));
}
