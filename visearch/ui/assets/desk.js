// The room Desk: its parts' own doings.
import { pack } from './desk.zip.js';
import { Parts } from './parts.js';

const TABLE = /\.(csv|tsv|jsonl|ndjson|parquet)$/i;
const PICTURE = /\.(jpe?g|png|webp|gif|bmp|tiff?|avif|hei[cf])$/i;
const MOST_PACKED = 400 * 2 ** 20;

export function open(root, call, tools) {
  const room = new Desk(root, call, tools);
  return () => room.close();
}

class Desk extends Parts {
  // A delivery may be under way since before.
  entered(part) {
    if (part === 'supplier' && this.root.querySelector('#supplier [role="progressbar"][aria-valuenow]')) this.call('poll');
  }

  // An answer that came in below what is on the screen is shown.
  answered({ what, reply }) {
    super.answered({ what, reply });
    const place = reply.show && this.root.querySelector(`#${reply.show}`);
    if (!place) return;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const { top } = place.getBoundingClientRect();
    if (top < 0 || top > innerHeight * 0.6) place.scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'smooth' });
    place.focus({ preventScroll: true });
  }

  // ---------------------------------------------------------------- a supplier's files

  clicked(event) {
    const choose = event.target.closest('[data-files]');
    if (!choose) return super.clicked(event);
    event.preventDefault();
    event.stopPropagation();
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    if (choose.dataset.files) input.webkitdirectory = true;
    input.addEventListener('change', () => this.deliver([...input.files]));
    input.click();
    return undefined;
  }

  dropped(event) {
    const files = [...(event.dataTransfer?.files || [])];
    if (!event.target.closest?.('#sup-intake') || !files.length) return super.dropped(event);
    event.preventDefault();
    return this.deliver(files);
  }

  over(event, on = true) {
    if (this.root.querySelector('#sup-intake') && event.dataTransfer?.types.includes('Files')) event.preventDefault();
    return super.over(event, on);
  }

  said(key) {
    return this.root.querySelector('#sup-intake')?.getAttribute(`data-${key}`) || '';
  }

  // A table, a ZIP, or pictures, which are packed here: the server takes in no others.
  async deliver(chosen) {
    const files = chosen.filter((file) => !/(^|\/)\./.test(file.webkitRelativePath || file.name));
    const strange = files.find((file) => !TABLE.test(file.name) && !PICTURE.test(file.name) && !/\.(zip|txt|md)$/i.test(file.name));
    if (!files.length || strange) return this.tools.alert(this.said('type-not').replace('{name}', strange?.name || ''));
    const [table, zip] = [files.find((file) => TABLE.test(file.name)), files.find((file) => /\.zip$/i.test(file.name))];
    const pictures = files.filter((file) => PICTURE.test(file.name));
    if (pictures.reduce((sum, file) => sum + file.size, 0) > MOST_PACKED) return this.tools.alert(this.said('too-many'));
    const title = (zip || table || pictures[0]).webkitRelativePath?.split('/')[0] || (zip || table || pictures[0]).name.replace(/\.[^.]*$/, '');
    const { draft } = await this.call('sup_draft');
    if (!draft) return undefined;
    try {
      if (table) await this.post(draft, table, table.name);
      if (zip) await this.post(draft, zip, zip.name);
      else if (pictures.length) {
        this.progress(this.said('packing'), null);
        await this.post(draft, await pack(pictures.map((file) => ({ name: inside(file), file }))), 'pictures.zip');
      }
      const reply = await this.call('sup_check', { draft, title });
      if (reply.refused) await this.call('sup_drop', { draft, quiet: true });
    } catch (error) {
      this.tools.alert(error.message || this.said('broke-off'));
      await this.call('sup_drop', { draft, quiet: true });
    }
    return this.progress('', undefined);
  }

  post(draft, body, name) {
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      request.open('POST', new URL(`room/desk/upload/${draft}?name=${encodeURIComponent(name)}`, document.baseURI).href);
      request.responseType = 'json';
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.setRequestHeader('X-Visearch-Key', this.tools.key());
      request.upload.onprogress = ({ loaded, total }) => this.progress(this.said('sending'), total ? loaded / total : null);
      request.onload = () => (request.status === 200 ? done() : fail(new Error(request.response?.message || '')));
      request.onerror = () => fail(new Error(''));
      request.send(body);
    });
  }

  // `share` of the way, null where that is not known, undefined at the end.
  progress(title, share) {
    const place = this.root.querySelector('#sup-sending');
    if (!place) return;
    place.hidden = share === undefined;
    place.querySelector('strong').textContent = title;
    const bar = place.querySelector('.track i');
    bar.className = share === null ? 'unknown' : '';
    bar.style.width = share ? `${Math.round(100 * share)}%` : '';
  }
}

// Without the folder that was chosen: what is in it counts.
function inside(file) {
  const path = file.webkitRelativePath || file.name;
  return path.includes('/') ? path.slice(path.indexOf('/') + 1) : path;
}
