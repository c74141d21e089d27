// The box around a mark: dragged with mouse, pen or finger, or moved with the arrow keys.
const LEAST = 0.02;
const STEP = 0.02;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Marks {
  constructor(room) {
    this.room = room;
    this.ended = new AbortController();
    const { signal } = this.ended;
    room.root.addEventListener('pointerdown', (event) => this.down(event), { signal });
    room.root.addEventListener('pointermove', (event) => this.moved(event), { signal });
    for (const kind of ['pointerup', 'pointercancel']) room.root.addEventListener(kind, () => { this.from = null; }, { signal });
    room.root.addEventListener('keydown', (event) => this.key(event), { signal });
  }

  get stage() { return this.room.root.querySelector('.mark-stage'); }

  get field() { return this.room.root.querySelector('.mark-form [name="box"]'); }

  at(event) {
    const place = this.stage.getBoundingClientRect();
    const share = (value, low, length) => Math.min(1, Math.max(0, (value - low) / length));
    return [share(event.clientX, place.left, place.width), share(event.clientY, place.top, place.height)];
  }

  down(event) {
    if (!event.target.closest('.mark-stage') || event.button !== 0) return;
    event.preventDefault();
    this.from = this.at(event);
    this.stage.setPointerCapture(event.pointerId);
  }

  moved(event) {
    if (!this.from || !this.stage) return;
    const [x, y] = this.at(event);
    const [x0, y0] = this.from;
    if (Math.abs(x - x0) > LEAST && Math.abs(y - y0) > LEAST) this.show([Math.min(x, x0), Math.min(y, y0), Math.max(x, x0), Math.max(y, y0)]);
  }

  key(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || !event.target.matches('.mark-box')) return;
    event.preventDefault();
    const [dx, dy] = arrow.map((one) => one * STEP);
    let [x0, y0, x1, y1] = this.field.value.split(',').map(Number);
    if (event.shiftKey) [x1, y1] = [Math.max(x0 + LEAST, x1 + dx), Math.max(y0 + LEAST, y1 + dy)];
    else {
      const [sx, sy] = [Math.min(Math.max(dx, -x0), 1 - x1), Math.min(Math.max(dy, -y0), 1 - y1)];
      [x0, y0, x1, y1] = [x0 + sx, y0 + sy, x1 + sx, y1 + sy];
    }
    this.show([x0, y0, Math.min(1, x1), Math.min(1, y1)]);
  }

  show(area) {
    const [x0, y0, x1, y1] = area.map((share) => share * 100);
    Object.assign(this.room.root.querySelector('.mark-box').style, { left: `${x0}%`, top: `${y0}%`, width: `${x1 - x0}%`, height: `${y1 - y0}%` });
    this.field.value = area.map((share) => share.toFixed(4)).join(',');
  }

  // The pictures are being read for the first time: asks again until they are.
  answered({ what, reply }) {
    clearTimeout(this.timer);
    if (what !== 'mark_find' || !reply.preparing) return;
    this.timer = setTimeout(() => {
      const form = this.room.root.querySelector('.mark-form');
      if (form) this.room.call('mark_find', { photo: form.elements.photo.value, box: form.elements.box.value, quiet: true });
    }, reply.preparing);
  }

  close() {
    clearTimeout(this.timer);
    this.ended.abort();
  }
}
