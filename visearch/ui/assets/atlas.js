// The map of the catalogue: points on a canvas that can be moved and zoomed; pictures where there is room for them.
const SIZE = 4.5;
const CLOSE_PX = 18;
const MOST_ZOOM = 60;
const PICTURES = 70;
const PICTURE_PX = 46;
const EDGE = 30;
const MOST_STRETCH = 1.8;
// Signs as paths around 0: with them a colour is never the only difference.
const SIGNS = [
  (c, r) => c.arc(0, 0, r, 0, 7),
  (c, r) => c.rect(-r * 0.9, -r * 0.9, r * 1.8, r * 1.8),
  (c, r) => polygon(c, [[0, -r * 1.25], [r * 1.15, r * 0.85], [-r * 1.15, r * 0.85]]),
  (c, r) => polygon(c, [[0, -r * 1.3], [r * 1.3, 0], [0, r * 1.3], [-r * 1.3, 0]]),
  (c, r) => polygon(c, [[0, r * 1.25], [r * 1.15, -r * 0.85], [-r * 1.15, -r * 0.85]]),
  (c, r) => cross(c, r * 1.2, r * 0.42),
  (c, r) => polygon(c, [...Array(5)].map((_, i) => [r * 1.25 * Math.sin(i * 1.2566), -r * 1.25 * Math.cos(i * 1.2566)])),
  (c, r) => { c.save(); c.rotate(Math.PI / 4); cross(c, r * 1.2, r * 0.42); c.restore(); },
];
const OTHER = (c, r) => c.arc(0, 0, r * 0.62, 0, 7);

export class Atlas {
  constructor(canvas, tip, points) {
    Object.assign(this, { canvas, tip, points });
    this.context = canvas.getContext('2d');
    [this.middleX, this.wide] = extent(points.x);
    [this.middleY, this.high] = extent(points.y);
    this.pointers = new Map();
    this.pictures = new Map();
    this.group = null;
    this.at = null;
    this.ended = new AbortController();
    this.sized = new ResizeObserver(() => this.resize());
    this.sized.observe(canvas);
    this.dressed = new MutationObserver(() => { this.colors = null; this.later(); });
    this.dressed.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    this.listen();
    this.all();
    canvas.dataset.points = points.x.length;
  }

  close() {
    this.sized.disconnect();
    this.dressed.disconnect();
    this.ended.abort();
  }

  // ---------------------------------------------------------------- where things are

  resize() {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (!width) return;
    const ratio = devicePixelRatio || 1;
    this.width = width;
    this.height = height;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.later();
  }

  all() {
    this.zoom = 1;
    this.x = this.middleX;
    this.y = this.middleY;
    this.hide();
    this.later();
  }

  // Pixels for the whole of an axis. The map fills its frame as far as its shape allows: the axes mean nothing.
  get scale() {
    const across = (this.width - 2 * EDGE) / this.wide;
    const down = (this.height - 2 * EDGE) / this.high;
    return [Math.min(across, MOST_STRETCH * down) * this.zoom, Math.min(down, MOST_STRETCH * across) * this.zoom];
  }

  px(i) {
    const [across, down] = this.scale;
    return [
      this.width / 2 + (this.points.x[i] - this.x) * across,
      this.height / 2 + (this.points.y[i] - this.y) * down,
    ];
  }

  zoomAt(factor, px = this.width / 2, py = this.height / 2) {
    const before = this.scale;
    this.zoom = Math.min(MOST_ZOOM, Math.max(1, this.zoom * factor));
    const after = this.scale;
    this.x += (px - this.width / 2) * (1 / before[0] - 1 / after[0]);
    this.y += (py - this.height / 2) * (1 / before[1] - 1 / after[1]);
    this.keepIn();
  }

  move(dx, dy) {
    const [across, down] = this.scale;
    this.x -= dx / across;
    this.y -= dy / down;
    this.keepIn();
  }

  keepIn() {
    const room = (size) => (size / 2) * (1 - 1 / this.zoom);
    this.x = Math.min(this.middleX + room(this.wide), Math.max(this.middleX - room(this.wide), this.x));
    this.y = Math.min(this.middleY + room(this.high), Math.max(this.middleY - room(this.high), this.y));
    this.hide();
    this.later();
  }

  nearest(px, py) {
    let best = null;
    let least = CLOSE_PX ** 2;
    for (let i = 0; i < this.points.x.length; i += 1) {
      if (this.group !== null && this.points.group[i] !== this.group) continue;
      const [x, y] = this.px(i);
      const far = (x - px) ** 2 + (y - py) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }

  // ---------------------------------------------------------------- drawing

  later() {
    this.frame ??= requestAnimationFrame(() => { this.frame = null; this.draw(); });
  }

  draw() {
    if (!this.width || this.ended.signal.aborted) return;
    const { context, points } = this;
    this.colors ??= colors(this.canvas);
    context.clearRect(0, 0, this.width, this.height);
    const shown = [];
    for (let i = 0; i < points.x.length; i += 1) {
      const [x, y] = this.px(i);
      if (x > -30 && y > -30 && x < this.width + 30 && y < this.height + 30) shown.push([i, x, y]);
    }
    const size = SIZE * (points.x.length > 1500 ? 0.72 : 1) * Math.min(1.6, this.zoom ** 0.35);
    // Others first, so that the categories lie on top of them.
    shown.sort((a, b) => (points.group[a[0]] < 0 ? 0 : 1) - (points.group[b[0]] < 0 ? 0 : 1));
    for (const [i, x, y] of shown) this.point(i, x, y, size);
    const own = shown.filter(([i]) => this.group === null || points.group[i] === this.group);
    if (own.length <= PICTURES && this.zoom > 1.5) for (const [i, x, y] of own) this.picture(i, x, y);
    if (this.at !== null) this.ring(...this.px(this.at), size + 5);
  }

  point(i, x, y, size) {
    const { context } = this;
    const group = this.points.group[i];
    context.save();
    context.translate(x, y);
    context.globalAlpha = this.group !== null && group !== this.group ? 0.1 : group < 0 ? 0.6 : 0.88;
    context.beginPath();
    (SIGNS[group] || OTHER)(context, size);
    context.fillStyle = this.colors[group] || this.colors.other;
    context.fill();
    context.restore();
  }

  picture(i, x, y) {
    const image = this.image(i);
    if (!image?.complete || !image.naturalWidth) return;
    const { context } = this;
    const half = PICTURE_PX / 2;
    context.save();
    context.beginPath();
    context.roundRect(x - half, y - half, PICTURE_PX, PICTURE_PX, 8);
    context.fillStyle = '#fff';
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = this.colors[this.points.group[i]] || this.colors.other;
    context.clip();
    const scale = Math.min(PICTURE_PX / image.naturalWidth, PICTURE_PX / image.naturalHeight);
    const [w, h] = [image.naturalWidth * scale, image.naturalHeight * scale];
    context.drawImage(image, x - w / 2, y - h / 2, w, h);
    context.restore();
    context.beginPath();
    context.roundRect(x - half, y - half, PICTURE_PX, PICTURE_PX, 8);
    context.lineWidth = 2;
    context.strokeStyle = this.colors[this.points.group[i]] || this.colors.other;
    context.stroke();
  }

  image(i) {
    const sha = this.points.picture[i];
    if (!sha) return null;
    if (!this.pictures.has(sha)) {
      const image = new Image();
      image.onload = () => this.later();
      image.src = `thumbs/${sha}.jpg`;
      this.pictures.set(sha, image);
    }
    return this.pictures.get(sha);
  }

  ring(x, y, radius) {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.lineWidth = 2.5;
    context.strokeStyle = this.colors.ink;
    context.stroke();
  }

  only(group) {
    this.group = group;
    this.hide();
    this.later();
  }

  // ---------------------------------------------------------------- the product that is pointed at

  show(i) {
    if (i === null) return this.hide();
    if (i === this.at) return undefined;
    this.at = i;
    const { tip, points } = this;
    const [x, y] = this.px(i);
    const image = document.createElement('img');
    image.alt = '';
    image.width = image.height = 132;
    if (points.picture[i]) image.src = `thumbs/${points.picture[i]}.jpg`;
    const title = document.createElement('span');
    title.textContent = points.title[i];
    const kind = document.createElement('small');
    kind.textContent = points.groups[points.group[i]] || '';
    tip.replaceChildren(image, title, kind);
    tip.href = `?${new URLSearchParams({ product: points.id[i] })}`;
    tip.hidden = false;
    const left = x > this.width / 2 ? x - tip.offsetWidth - 14 : x + 14;
    tip.style.left = `${Math.max(4, Math.min(this.width - tip.offsetWidth - 4, left))}px`;
    tip.style.top = `${Math.max(4, Math.min(this.height - tip.offsetHeight - 4, y - tip.offsetHeight / 2))}px`;
    this.canvas.style.cursor = 'pointer';
    this.later();
    return undefined;
  }

  hide() {
    if (this.at === null) return;
    this.at = null;
    this.tip.hidden = true;
    this.canvas.style.cursor = '';
    this.later();
  }

  // ---------------------------------------------------------------- what a person does

  listen() {
    const { canvas } = this;
    const on = (name, does, options) => canvas.addEventListener(name, does, { signal: this.ended.signal, ...options });
    on('wheel', (event) => {
      event.preventDefault();
      this.zoomAt(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), ...place(event, canvas));
    }, { passive: false });
    on('pointerdown', (event) => this.down(event));
    on('pointermove', (event) => this.moved(event));
    on('pointerup', (event) => this.up(event));
    on('pointercancel', (event) => this.pointers.delete(event.pointerId));
    on('pointerleave', (event) => { if (event.pointerType === 'mouse' && event.relatedTarget !== this.tip && !this.tip.contains(event.relatedTarget)) this.hide(); });
    on('dblclick', (event) => this.zoomAt(2, ...place(event, canvas)));
    on('keydown', (event) => this.pressed(event));
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, place(event, this.canvas));
    this.dragged = this.pointers.size > 1;
    this.from = place(event, this.canvas);
    this.shownBefore = this.at;
  }

  moved(event) {
    const at = place(event, this.canvas);
    const before = this.pointers.get(event.pointerId);
    if (!before) return this.show(this.nearest(...at));
    if (this.pointers.size === 2) return this.pinched(event.pointerId, before, at);
    if (!this.dragged && Math.hypot(at[0] - this.from[0], at[1] - this.from[1]) < 6) return undefined;
    this.dragged = true;
    this.move(at[0] - before[0], at[1] - before[1]);
    this.pointers.set(event.pointerId, at);
    return undefined;
  }

  pinched(id, before, at) {
    const [, other] = [...this.pointers].find(([key]) => key !== id);
    const was = Math.hypot(before[0] - other[0], before[1] - other[1]);
    const is = Math.hypot(at[0] - other[0], at[1] - other[1]);
    this.zoomAt(is / Math.max(was, 1), (at[0] + other[0]) / 2, (at[1] + other[1]) / 2);
    this.move((at[0] - before[0]) / 2, (at[1] - before[1]) / 2);
    this.pointers.set(id, at);
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    if (this.dragged) return;
    const found = this.nearest(...place(event, this.canvas));
    // A finger cannot hover: the first tap shows the product, the second one opens it.
    if (found === null || (event.pointerType !== 'mouse' && found !== this.shownBefore)) this.show(found);
    else location.assign(`?${new URLSearchParams({ product: this.points.id[found] })}`);
  }

  pressed(event) {
    const step = 60;
    const does = {
      ArrowLeft: () => this.move(step, 0),
      ArrowRight: () => this.move(-step, 0),
      ArrowUp: () => this.move(0, step),
      ArrowDown: () => this.move(0, -step),
      '+': () => this.zoomAt(1.4),
      '=': () => this.zoomAt(1.4),
      '-': () => this.zoomAt(1 / 1.4),
      0: () => this.all(),
      Escape: () => this.hide(),
      Enter: () => { if (this.at !== null) location.assign(this.tip.href); },
    }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
    // The keyboard points at what is in the middle.
    if (!['Escape', 'Enter'].includes(event.key)) this.show(this.middle());
  }

  middle() {
    let best = null;
    let least = Infinity;
    for (let i = 0; i < this.points.x.length; i += 1) {
      if (this.group !== null && this.points.group[i] !== this.group) continue;
      const [x, y] = this.px(i);
      const far = (x - this.width / 2) ** 2 + (y - this.height / 2) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }

  act(what) {
    if (what === 'in') this.zoomAt(1.6);
    else if (what === 'out') this.zoomAt(1 / 1.6);
    else if (what === 'all') this.all();
    else this.save();
  }

  save() {
    const copy = document.createElement('canvas');
    copy.width = this.canvas.width;
    copy.height = this.canvas.height;
    const context = copy.getContext('2d');
    context.fillStyle = getComputedStyle(document.body).backgroundColor;
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(this.canvas, 0, 0);
    copy.toBlob((blob) => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = 'catalogue-map.png';
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    });
  }
}

function place(event, canvas) {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

// [middle, size] of an axis; of a single point the size is that of the whole map.
function extent(values) {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return [(low + high) / 2, high - low || 1];
}

function polygon(context, corners) {
  corners.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
}

function cross(context, long, half) {
  context.rect(-long, -half, 2 * long, 2 * half);
  context.rect(-half, -long, 2 * half, 2 * long);
}

function colors(canvas) {
  const style = getComputedStyle(canvas);
  const named = Object.fromEntries([...Array(8)].map((_, i) => [i, style.getPropertyValue(`--group-${i}`).trim()]));
  return { ...named, other: style.getPropertyValue('--group-other').trim(), ink: style.color };
}
