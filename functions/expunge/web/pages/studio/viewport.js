// Zoom and pan of a picture in its view: mouse, wheel, touch and keyboard.

const MOST = 32;
const STEP = 48;

export class Viewport {
  #pointers = new Map();
  #pinch = null;

  constructor(view, plane, placed) {
    Object.assign(this, { view, plane, placed, width: 1, height: 1, scale: 1, x: 0, y: 0, fitted: true });
    new ResizeObserver(() => (this.fitted ? this.fit() : this.#place())).observe(view);
    view.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    view.addEventListener("keydown", (event) => this.#key(event));
    view.addEventListener("pointerdown", (event) => this.#down(event));
    view.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) view.addEventListener(end, (event) => this.#up(event));
    view.addEventListener("dblclick", (event) => (this.fitted ? this.zoomBy(2.5, ...this.#at(event)) : this.fit()));
  }

  resize(width, height, keep) {
    const same = this.width === width && this.height === height;
    Object.assign(this, { width, height });
    this.plane.style.width = `${width}px`;
    this.plane.style.height = `${height}px`;
    if (!(keep && same)) this.fit();
    else this.#place();
  }

  /** The scale at which the whole picture is seen; small ones are not blown up more than fourfold. */
  get whole() {
    return Math.min(this.view.clientWidth / this.width, this.view.clientHeight / this.height, 4) || 1;
  }

  fit() {
    this.fitted = true;
    this.scale = this.whole;
    this.#place();
  }

  zoomBy(factor, x = this.view.clientWidth / 2, y = this.view.clientHeight / 2) {
    const scale = Math.min(Math.max(this.scale * factor, this.whole), MOST);
    if (scale <= this.whole) {
      this.fit();
      return;
    }
    const point = this.toImage(x, y);
    this.fitted = false;
    Object.assign(this, { scale, x: x - point.x * scale, y: y - point.y * scale });
    this.#place();
  }

  toImage(x, y) {
    return { x: (x - this.x) / this.scale, y: (y - this.y) / this.scale };
  }

  /** Keep the picture in its view: centred where it is smaller, without empty edges where larger. */
  #place() {
    const kept = (offset, size, room) => (size <= room ? (room - size) / 2 : Math.min(0, Math.max(room - size, offset)));
    this.x = kept(this.x, this.width * this.scale, this.view.clientWidth);
    this.y = kept(this.y, this.height * this.scale, this.view.clientHeight);
    this.plane.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.plane.classList.toggle("sharp", this.scale >= 3);
    this.placed();
  }

  #pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.#place();
  }

  #at(event) {
    const { left, top } = this.view.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  // A plain wheel scrolls the page as long as the picture fits; zoomed in, it belongs to the picture.
  #wheel(event) {
    if (this.fitted && !event.ctrlKey && !event.metaKey && event.deltaY > 0) return;
    if (this.fitted && !event.ctrlKey && document.scrollingElement.scrollTop > 0) return;
    event.preventDefault();
    this.zoomBy(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), ...this.#at(event));
  }

  #key(event) {
    if (event.target !== this.view || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      "+": () => this.zoomBy(1.4), "=": () => this.zoomBy(1.4), "-": () => this.zoomBy(1 / 1.4), 0: () => this.fit(),
      ArrowLeft: () => this.#pan(STEP, 0), ArrowRight: () => this.#pan(-STEP, 0),
      ArrowUp: () => this.#pan(0, STEP), ArrowDown: () => this.#pan(0, -STEP),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #down(event) {
    if (event.button > 0) return;
    this.#pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (!this.fitted || this.#pointers.size > 1) this.view.setPointerCapture(event.pointerId);
    this.#pinch = null;
  }

  #move(event) {
    const from = this.#pointers.get(event.pointerId);
    if (!from) return;
    this.#pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (this.#pointers.size === 1) this.#pan(event.clientX - from[0], event.clientY - from[1]);
    else this.#pinched();
  }

  #pinched() {
    const [[ax, ay], [bx, by]] = [...this.#pointers.values()];
    const { left, top } = this.view.getBoundingClientRect();
    const now = { distance: Math.hypot(ax - bx, ay - by), x: (ax + bx) / 2 - left, y: (ay + by) / 2 - top };
    if (this.#pinch) {
      this.#pan(now.x - this.#pinch.x, now.y - this.#pinch.y);
      this.zoomBy(now.distance / this.#pinch.distance, now.x, now.y);
    }
    this.#pinch = now;
  }

  #up(event) {
    this.#pointers.delete(event.pointerId);
    this.#pinch = null;
  }
}
