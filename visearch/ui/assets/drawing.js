// A box of one's own over the photo: dragged with mouse, pen or finger, or moved with the arrow keys.
const LEAST_PX = 12;
const STEP = 0.02;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function drawing(page) {
  const { root } = page;
  let from = null;
  let moved = false;
  let area = null;

  const canvas = () => root.querySelector('.shot:not(.like) .canvas');
  const on = () => root.hasAttribute('data-drawing');

  const mode = (wanted) => {
    root.toggleAttribute('data-drawing', wanted);
    root.querySelector('[data-act="draw"]')?.setAttribute('aria-pressed', String(wanted));
    const hint = root.querySelector('#draw-hint');
    if (hint) hint.hidden = !wanted;
    canvas()?.querySelector('.rubber')?.remove();
    if (wanted) {
      area = [0.25, 0.25, 0.75, 0.75];
      show();
      canvas().querySelector('.rubber').focus();
    }
  };

  const show = () => {
    let rubber = canvas().querySelector('.rubber');
    if (!rubber) {
      rubber = document.createElement('button');
      rubber.type = 'button';
      rubber.className = 'box own rubber';
      rubber.setAttribute('aria-label', page.say.draw_hint);
      canvas().append(rubber);
    }
    const [x0, y0, x1, y1] = area.map((share) => share * 100);
    Object.assign(rubber.style, { left: `${x0}%`, top: `${y0}%`, width: `${x1 - x0}%`, height: `${y1 - y0}%` });
  };

  const search = () => {
    const box = area.map((share) => share.toFixed(4)).join(',');
    mode(false);
    page.go({ box, view: '' });
  };

  const at = (event) => {
    const place = canvas().getBoundingClientRect();
    const share = (value, low, length) => Math.min(1, Math.max(0, (value - low) / length));
    return [share(event.clientX, place.left, place.width), share(event.clientY, place.top, place.height)];
  };

  root.addEventListener('pointerdown', (event) => {
    const place = event.target.closest('.canvas');
    if (!place || place !== canvas() || event.button !== 0) return;
    // A finger on the photo scrolls the page unless a box is wanted.
    if (event.pointerType === 'touch' && !on()) return;
    from = { x: event.clientX, y: event.clientY, start: at(event), pointer: event.pointerId };
    moved = false;
  });

  root.addEventListener('pointermove', (event) => {
    if (!from || event.pointerId !== from.pointer || !canvas()) return;
    if (!moved && Math.hypot(event.clientX - from.x, event.clientY - from.y) < LEAST_PX) return;
    if (!moved) canvas().setPointerCapture(event.pointerId);
    moved = true;
    const [x, y] = at(event);
    const [x0, y0] = from.start;
    area = [Math.min(x, x0), Math.min(y, y0), Math.max(x, x0), Math.max(y, y0)];
    show();
  });

  const end = (event) => {
    if (!from || event.pointerId !== from.pointer) return;
    from = null;
    if (!moved || !canvas()) return;
    const place = canvas().getBoundingClientRect();
    const large = (area[2] - area[0]) * place.width >= LEAST_PX && (area[3] - area[1]) * place.height >= LEAST_PX;
    if (event.type === 'pointerup' && large) search();
    else mode(false);
  };
  root.addEventListener('pointerup', end);
  root.addEventListener('pointercancel', end);
  // The click that ends a drag must not choose the box it ends on.
  root.addEventListener('click', (event) => {
    if (!moved || !event.target.closest('.canvas')) return;
    moved = false;
    event.stopPropagation();
    event.preventDefault();
  }, true);

  root.addEventListener('keydown', (event) => {
    if (!on() || !event.target.closest('.rubber')) return;
    if (event.key === 'Escape') return mode(false);
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); return search(); }
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    area = event.shiftKey ? sized(area, arrow) : shifted(area, arrow);
    show();
  });

  page.acts.draw = () => mode(!on());
}

function shifted([x0, y0, x1, y1], [dx, dy]) {
  const x = Math.min(1 - x1, Math.max(-x0, dx * STEP));
  const y = Math.min(1 - y1, Math.max(-y0, dy * STEP));
  return [x0 + x, y0 + y, x1 + x, y1 + y];
}

function sized([x0, y0, x1, y1], [dx, dy]) {
  const right = Math.min(1, Math.max(x0 + 0.04, x1 + dx * STEP));
  const bottom = Math.min(1, Math.max(y0 + 0.04, y1 + dy * STEP));
  return [x0, y0, right, bottom];
}
